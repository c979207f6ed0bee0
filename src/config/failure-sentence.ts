import { ConfigError } from './config.js';

/** What a person reads of an error: its sentence, never a stack. */
export function sentenceOf(error: unknown): string {
  return error instanceof Error && error.message !== '' ? error.message : 'it failed without giving a reason';
}

/** 2 for configuration, 1 for everything else. */
export function exitCodeOf(error: unknown): 1 | 2 {
  return error instanceof ConfigError ? 2 : 1;
}
