import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';

export interface ChaosOptions {
  /** At least so many runs. */
  readonly runs: number;
  /** Of everything that is drawn. */
  readonly seed: string;
  /** Runs under way at the same time. */
  readonly inFlight: number;
  /** Runs are started until so many minutes are over. */
  readonly minutes: number;
  readonly json: boolean;
  /** Keeps the evidence also when everything held. */
  readonly keep: boolean;
}

/** A sentence about what was asked for on the command line. */
export class ChaosUsageError extends Error {
  override readonly name = 'ChaosUsageError';
}

export const USAGE = 'npm run chaos -- [--runs N] [--seed S] [--in-flight N] [--minutes M] [--json] [--keep]';

const FLAGS = {
  runs: { type: 'string', default: '100' },
  seed: { type: 'string' },
  'in-flight': { type: 'string', default: '30' },
  minutes: { type: 'string', default: '0' },
  json: { type: 'boolean', default: false },
  keep: { type: 'boolean', default: false },
} as const;

/** @throws ChaosUsageError */
export function readOptions(args: readonly string[]): ChaosOptions {
  const { values } = parsed(args);
  return {
    runs: number('--runs', values.runs, 1, Number.isInteger),
    seed: values.seed ?? randomBytes(4).toString('hex'),
    inFlight: number('--in-flight', values['in-flight'], 1, Number.isInteger),
    minutes: number('--minutes', values.minutes, 0, Number.isFinite),
    json: values.json,
    keep: values.keep,
  };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: FLAGS, strict: true });
  } catch (error) {
    throw new ChaosUsageError(error instanceof Error ? error.message : String(error));
  }
}

function number(flag: string, text: string, least: number, fits: (value: number) => boolean): number {
  const value = text.trim() === '' ? NaN : Number(text);
  if (!fits(value) || value < least) throw new ChaosUsageError(`${flag} must be a number from ${least}, not "${text}"`);
  return value;
}
