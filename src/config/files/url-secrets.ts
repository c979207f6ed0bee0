/** What of an address must never be written: found in its text, so that it is found in what no parser takes, too. */
import type { Learn } from './learn.js';

/** Names of parameters whose values are secrets, however short. */
const SECRET_NAME = /pass|pwd|secret|token|key|sig|auth|cred|code/i;
/** Values this long are no words that a sentence needs. */
const LONG = 16;

/**
 * Learns user and password, as they are written and as they are meant, the secret parameters and the fragment.
 * An unescaped `/`, `#`, `?` or `@` in a password ends it early for some parser: every piece before the last `@` counts.
 */
export function learnUrl(text: string, learn: Learn): void {
  learnAddress(text, learn);
  // As it is written once it has been parsed.
  if (URL.canParse(text)) learnAddress(new URL(text).href, learn);
}

function learnAddress(text: string, learn: Learn): void {
  const rest = text.replace(/^[a-z][\w+.-]*:\/\//i, '');
  const end = rest.lastIndexOf('@');
  if (end >= 0) learnCredentials(rest.slice(0, end), learn);
  const [address = '', fragment = ''] = rest.split(/#(.*)/s);
  learnBoth(fragment, learn);
  learnParameters(address.split(/\?(.*)/s)[1] ?? '', learn);
  // An unescaped `#` in a parameter ends nothing for a person.
  learnParameters(rest.split(/\?(.*)/s)[1] ?? '', learn);
}

function learnParameters(query: string, learn: Learn): void {
  for (const [start, name, value] of parametersOf(query)) {
    if (SECRET_NAME.test(name)) learnBoth(query.slice(start + name.length + 1), learn);
    if (SECRET_NAME.test(name) || (value.length >= LONG && !isPath(name, value))) learnBoth(value, learn);
    if (value === '' && name.length >= LONG) learnBoth(name, learn);
  }
}

/** Of a socket or a CA: a sentence about Postgres has to name it. */
function isPath(name: string, value: string): boolean {
  return /^(host|sslrootcert)$/.test(name) && /^\/[\w./-]*$/.test(value);
}

function parametersOf(query: string): readonly (readonly [start: number, name: string, value: string])[] {
  return [...query.matchAll(/(?<=^|&)([^&=]*)=?([^&]*)/g)].map(({ index, 1: name = '', 2: value = '' }) => [
    index,
    name,
    value,
  ]);
}

function learnCredentials(credentials: string, learn: Learn): void {
  const password = credentials.split(/:(.*)/s)[1] ?? credentials;
  learnBoth(password, learn);
  for (const piece of password.split(/[/?#@:]/)) learnBoth(piece, learn);
}

function learnBoth(text: string, learn: Learn): void {
  learn(text);
  for (const decode of [decodeURIComponent, decodeURI]) {
    try {
      learn(decode(text));
    } catch {
      // A stray percent sign: it is written the way it is.
    }
  }
  // As a `URL` writes it.
  learn(encodeURI(text.replaceAll(/\p{Surrogate}/gu, '')));
}

const ESCAPES = '`/` is %2F, `@` is %40, `#` is %23, `?` is %3F, `:` is %3A, `%` is %25';
export const PERCENT_ENCODE = `percent-encode user and password: ${ESCAPES}`;
