import { AdapterError } from '../contract/adapter-error.js';

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

/** What a person reads of an error: its sentence, never a stack. */
export function sentenceOf(error: unknown): string {
  return error instanceof Error && error.message !== '' ? error.message : 'it failed without giving a reason';
}

/** 2 for configuration, also for what only showed when it was used; 1 for everything else. */
export function exitCodeOf(error: unknown): 1 | 2 {
  const misconfigured = error instanceof AdapterError && error.details.misconfigured;
  return misconfigured === true || error instanceof ConfigError ? 2 : 1;
}

/** Runs a parser; what it throws becomes a sentence about the variable. Parsers repeat nothing of a secret. */
export function checked<T>(variable: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    if (error instanceof BadValue) throw new ConfigError(variable, error.message);
    // What cannot be parsed as JSON is quoted by the parser.
    if (error instanceof SyntaxError) throw new ConfigError(variable, 'is not JSON: correct the file');
    throw new ConfigError(variable, `is not valid: ${error instanceof Error ? error.message : 'unreadable'}`);
  }
}

/** What is wrong with a value, as the sentence that its variable begins: `must be …`. */
export class BadValue extends Error {
  override readonly name = 'BadValue';
}
