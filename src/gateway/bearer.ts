import { bearerKey } from './api-key.js';
import type { KeyFile } from './key-file.js';
import type { Authenticate } from './principal.js';

const NO_KEY = 'send your key with the header Authorization: Bearer jm_…';
/** The same for a malformed key, an unknown id and a wrong secret: nobody learns which ids there are. */
const NOT_VALID = 'the key in the header Authorization is not valid';

/** Asks the key file who sends a request. */
export function bearerAuthentication(keys: KeyFile): Authenticate {
  return async ({ headers: { authorization } }) => {
    if (authorization === undefined) return { refused: NO_KEY };
    const key = bearerKey(authorization);
    const principal = key && (await keys.find(key));
    return principal ?? { refused: NOT_VALID };
  };
}
