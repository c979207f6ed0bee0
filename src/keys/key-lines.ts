import { nearestName } from '../domain/nearest-name.js';
import { SCOPES, type Principal, type Scope } from './principal.js';

/** A line of the key file, as it is written there. */
export interface KeyFields {
  readonly id: string;
  /** SHA-256 of the secret, 64 hex digits. */
  readonly hash: string;
  /** Names of scopes, with commas between them. */
  readonly scopes: string;
  /** Names of organisations, with commas between them, or `*`. */
  readonly orgs: string;
}

/** A key that there is. */
export interface KnownKey {
  readonly principal: Principal;
  /** SHA-256 of the secret, 32 bytes. */
  readonly hash: Buffer;
}

/** Why a key file cannot be used: every line that is wrong and why, and nothing of what stands in it. */
export class KeyFileError extends Error {
  override readonly name = 'KeyFileError';

  constructor(readonly problems: readonly string[]) {
    const more = problems.length - SHOWN_PROBLEMS;
    super([...problems.slice(0, SHOWN_PROBLEMS), ...(more > 0 ? [`and ${more} more`] : [])].join('; '));
  }
}

const SHOWN_PROBLEMS = 5;
const FIELDS = '<id> <SHA-256 of the secret> <scopes> <organisations>';
const ID = /^[a-z0-9][a-z0-9-]{0,62}$/;
const SHA256 = /^[0-9a-f]{64}$/i;
const ORG = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** As it goes into the file, without the line end. */
export function keyLineText({ id, hash, scopes, orgs }: KeyFields): string {
  return [id, hash, scopes, orgs].join(' ');
}

/**
 * The keys of a file, by id. A key is a line; blank lines and those that begin with `#` say nothing.
 * @throws KeyFileError with everything that is wrong, by the number of its line
 */
export function parseKeyLines(text: string): ReadonlyMap<string, KnownKey> {
  const keys = new Map<string, KnownKey>();
  const firstUse = new Map<string, number>();
  const problems: string[] = [];
  for (const [number, words] of linesOf(text)) {
    const [id = '', hash = '', scopes = '', orgs = ''] = words;
    const found =
      words.length === 4
        ? problemsOfKey({ id, hash, scopes, orgs }).concat(repetitions(firstUse, number, { id, hash }))
        : [`a key has four fields, but this line has ${words.length}: ${FIELDS}`];
    problems.push(...found.map((problem) => `line ${number}: ${problem}`));
    if (found.length === 0) keys.set(id, knownKey({ id, hash, scopes, orgs }));
  }
  if (problems.length > 0) throw new KeyFileError(problems);
  return keys;
}

/** What is wrong with a key, in a sentence each, without its words: one of them could be a secret in the wrong place. */
export function problemsOfKey({ id, hash, scopes, orgs }: KeyFields): readonly string[] {
  return [
    ...(ID.test(id) ? [] : ['the id must be lower-case letters, digits and "-", 63 of them at most']),
    ...(SHA256.test(hash) ? [] : ['the second field must be the SHA-256 of the secret in 64 hex digits']),
    ...scopes.split(',').flatMap((scope, index) => (isScope(scope) ? [] : [unknownScope(scope, index + 1)])),
    ...(orgs === '*' || orgs.split(',').every((org) => ORG.test(org))
      ? []
      : ['the organisations must be DNS labels with "," between them, or "*" alone']),
  ];
}

function* linesOf(text: string): Generator<readonly [number: number, words: readonly string[]]> {
  for (const [index, line] of text.split('\n').entries()) {
    // Takes the line end of other systems, and the mark that some editors begin a file with.
    const trimmed = line.trim();
    if (trimmed !== '' && !trimmed.startsWith('#')) yield [index + 1, trimmed.split(/\s+/)];
  }
}

/** A key that is there twice: nobody could say which of the two lines counts. */
function repetitions(
  firstUse: Map<string, number>,
  line: number,
  { id, hash }: Pick<KeyFields, 'id' | 'hash'>,
): readonly string[] {
  return Object.entries({ id, secret: hash.toLowerCase() }).flatMap(([what, value]) => {
    const first = firstUse.get(value);
    if (first === undefined) firstUse.set(value, line);
    return first === undefined ? [] : [`the ${what} is that of line ${first}`];
  });
}

function knownKey({ id, hash, scopes, orgs }: KeyFields): KnownKey {
  const principal: Principal = {
    id,
    scopes: new Set(scopes.split(',').filter(isScope)),
    orgs: orgs === '*' ? '*' : new Set(orgs.split(',')),
  };
  return { principal, hash: Buffer.from(hash, 'hex') };
}

function isScope(text: string): text is Scope {
  const known: readonly string[] = SCOPES;
  return known.includes(text);
}

function unknownScope(text: string, position: number): string {
  const nearest = nearestName(text, SCOPES);
  const guess = nearest === undefined ? `there are ${SCOPES.join(', ')}` : `did you mean "${nearest}"?`;
  return `scope ${position} is unknown: ${guess}`;
}
