import { readFileSync } from 'node:fs';

export type Env = Readonly<Record<string, string | undefined>>;

/** A sentence about configuration, for a person. The process exits with 2. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  /** @param variable the variable that is wrong or missing */
  constructor(
    readonly variable: string,
    sentence: string,
  ) {
    super(`${variable} ${sentence}`);
  }
}

/** A variable's value, or the content of the file that `<NAME>_FILE` names; empty counts as absent. */
export function read(env: Env, name: string): string | undefined {
  const value = env[name];
  if (value !== undefined && value !== '') return value;
  const file = env[`${name}_FILE`];
  return file === undefined || file === '' ? undefined : readNamedFile(`${name}_FILE`, file).trim();
}

export function required(env: Env, name: string, remedy: string): string {
  const value = read(env, name);
  if (value === undefined) throw new ConfigError(name, `is not set: ${remedy}`);
  return value;
}

export function readNamedFile(variable: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    throw new ConfigError(variable, `names a file that cannot be read: ${path}`);
  }
}

export function checked<T>(variable: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    throw new ConfigError(variable, `is not valid: ${error instanceof Error ? error.message : 'unreadable'}`);
  }
}
