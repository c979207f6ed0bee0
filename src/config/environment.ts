/** The environment of a process: only roots have one, and only this room reads it. */
import { readFileSync, statSync } from 'node:fs';
import { checked, ConfigError } from './errors.js';
import { learnUrl } from './files/url-secrets.js';
import type { Secret, Variable } from './variables/variable.js';
import { VARIABLES, type Value, type VariableName } from './variables.js';
import type { Learn } from './files/learn.js';

export type Env = Readonly<Record<string, string | undefined>>;

/** The variables of one environment. Each is read when it is asked for, and its file once; a bad one is a `ConfigError`. */
export interface Variables {
  /** Its value, or its default. Empty counts as not set. */
  readonly get: <Name extends VariableName>(name: Name) => Value<Name>;
  /** The same, for what cannot be done without. */
  readonly need: <Name extends VariableName>(name: Name) => NonNullable<Value<Name>>;
  /** Whether it, or its `_FILE`, is set. Reads no file. */
  readonly isSet: (name: VariableName) => boolean;
  /** What was found inside a file or a URL, and must never be written anywhere. */
  readonly learn: Learn;
}

/** @param learn told every secret of the environment at once, and those in files before anybody gets them */
export function readVariables(env: Env, learn: Learn): Variables {
  learnAll(env, learn);
  const texts = new Map<VariableName, string | undefined>();
  const textOf = (name: VariableName): string | undefined => {
    // Once: `_FILE` may name a pipe, which can be read no more than that.
    if (!texts.has(name)) texts.set(name, readText(env, name));
    const text = texts.get(name);
    if (text !== undefined) learnSecret(text, factsOf(name).secret, learn);
    return text;
  };
  const get = <Name extends VariableName>(name: Name): Value<Name> => {
    const { kind, default: fallback } = factsOf(name);
    const text = textOf(name) ?? fallback;
    // The table types what `parse` gives; a lookup by a name that is not known here loses it.
    return (text === undefined ? undefined : checked(name, () => kind.parse(text))) as Value<Name>;
  };
  return {
    get,
    need(name) {
      const value = get(name);
      if (value !== undefined && value !== null) return value;
      const { remedy } = factsOf(name);
      throw new ConfigError(name, remedy === undefined ? 'is not set' : `is not set: ${remedy}`);
    },
    isSet: (name) => hasText(textIn(env, name)) || (!isPath(name) && hasText(env[`${name}_FILE`])),
    learn,
  };
}

/** The text of a file that a variable names. */
export function readNamedFile(variable: string, path: string): string {
  try {
    return readFileSync(path, 'utf8').replace(/^\uFEFF/, '');
  } catch {
    throw new ConfigError(variable, `names a file that cannot be read: ${path}`);
  }
}

/** Whether a file can be read again: a pipe can be read once, and again it would wait for ever. */
export function isPlainFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

/** What stands in the environment itself. */
function textIn(env: Env, name: VariableName): string | undefined {
  const small = factsOf(name).inEitherCase === true ? env[name.toLowerCase()] : undefined;
  return hasText(small) ? small : env[name];
}

function readText(env: Env, name: VariableName): string | undefined {
  const value = textIn(env, name);
  if (hasText(value)) return value;
  const path = isPath(name) ? undefined : env[`${name}_FILE`];
  const text = hasText(path) ? readSecretFile(`${name}_FILE`, path).trim() : '';
  return text === '' ? undefined : text;
}

/** Without its path in the sentence: where somebody took the variable for the one without `_FILE`, that is the secret. */
function readSecretFile(variable: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    throw new ConfigError(variable, 'names a file that cannot be read: give the path of a file, not what is in it');
  }
}

function factsOf(name: VariableName): Variable<unknown> {
  return VARIABLES[name];
}

function isPath(name: VariableName): boolean {
  return factsOf(name).kind.isPath === true;
}

function hasText(value: string | undefined): value is string {
  return value !== undefined && value !== '';
}

/** Of programs that we start or embed, whose variables the table does not have. */
const SOUNDS_SECRET = /(SECRET|PASSWORD|PASSWD|API_KEY|KEY_DATA|ACCESS_KEY|TOKEN|AUTHORIZATION)$|_GRPC_META_/;
/** An address with something before an `@`, whatever its variable is called: proxies, endpoints, connections. */
const SOUNDS_LIKE_LOGIN = /:\/\/[^@]+@/;

function learnAll(env: Env, learn: Learn): void {
  const known: Readonly<Record<string, Variable<unknown>>> = VARIABLES;
  for (const [name, value = ''] of Object.entries(env)) {
    const secret =
      (known[name] ?? known[name.toUpperCase()])?.secret ?? (SOUNDS_SECRET.test(name) ? 'whole' : undefined);
    learnSecret(value, secret ?? (SOUNDS_LIKE_LOGIN.test(value) ? 'url' : undefined), learn);
  }
}

function learnSecret(value: string, secret: Secret | undefined, learn: Learn): void {
  if (secret === 'whole') learn(value);
  if (secret === 'words') [value, ...value.split(/\s+/)].forEach(learn);
  if (secret === 'url') learnUrl(value, learn);
}
