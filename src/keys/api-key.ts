import { createHash, randomBytes } from 'node:crypto';

/** A key taken apart; whose it is, or whether it is anybody's, is not said. */
export interface ApiKey {
  readonly id: string;
  readonly secret: string;
}

const SECRET_BYTES = 32;
/** The id holds no `_`, the secret 43 characters of base64url: only one way to take it apart. */
const KEY = /^jm_([a-z0-9][a-z0-9-]{0,62})_([\w-]{43})$/;
const BEARER = /^Bearer +(\S+)$/i;

/** Makes a secret of 256 random bits. */
export function newApiKey(id: string): ApiKey {
  return { id, secret: randomBytes(SECRET_BYTES).toString('base64url') };
}

/** As its owner sends it, `jm_<id>_<secret>`. */
export function apiKeyText({ id, secret }: ApiKey): string {
  return `jm_${id}_${secret}`;
}

/** The key of an `Authorization` header; undefined when the header holds nothing that could be one. */
export function bearerKey(authorization: string | undefined): ApiKey | undefined {
  const [, text = ''] = BEARER.exec(authorization ?? '') ?? [];
  const [, id, secret] = KEY.exec(text) ?? [];
  return id === undefined || secret === undefined ? undefined : { id, secret };
}

/** What is kept of a secret. One round is enough: nobody guesses 256 random bits, as they would guess a password. */
export function secretHash(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}
