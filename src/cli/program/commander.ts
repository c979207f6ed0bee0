import { InvalidArgumentError } from 'commander';
import { parseDuration } from '../../contract/values/duration.js';

/** What `--help` ends with: command lines to copy. */
export function examples(...commands: readonly string[]): string {
  return ['', 'Examples:', ...commands.map((command) => `  $ journey-metrics ${command}`)].join('\n');
}

/** Longer than that no timer of Node's can be: 24 days. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Reads a whole number within bounds, both inclusive. */
export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`Give a whole number from ${least} to ${most}.`);
  };
}

/** Reads a duration as milliseconds. */
export function milliseconds(text: string): number {
  const ms = parseDuration(text);
  if (ms !== undefined && ms > 0 && ms <= LONGEST_TIMER_MS) return ms;
  throw new InvalidArgumentError('Give a duration like 90s, 15m or 2h, 24 days at most.');
}

/** Collects an option that may be given several times. */
export function several(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}
