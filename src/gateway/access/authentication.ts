import { bearerKey } from '../../keys/api-key.js';
import type { KeyFile } from '../../keys/key-file.js';
import { ANYBODY_HERE } from '../../keys/principal.js';
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

const HERE = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d{1,5})?$/i;
const NOT_HERE = 'without keys the gateway serves programs of this machine, and no web page from elsewhere';

/**
 * Lets in whoever asks from this machine. A browser of this machine does so for any page that it shows: one of another
 * site says where it comes from, or, where that site pretends to be this machine, by which name it knows us.
 */
export const keylessAuthentication: Authenticate = ({ headers: { host = '', origin } }) => {
  const isOurs = HERE.test(host) && (origin === undefined || origin === `http://${host}`);
  return Promise.resolve(isOurs ? ANYBODY_HERE : { refused: NOT_HERE });
};
