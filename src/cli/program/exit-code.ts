import type { CompletedOutcome } from '../../contract/result/result.js';

/** What the process ends with. Scripts decide by these: they are part of the product's contract. */
export const EXIT = {
  done: 0,
  failed: 1,
  /** `InvalidRequest` wherever it was found, bad configuration, wrong usage. */
  invalid: 2,
  /** The run completed, and its payload did not arrive. */
  undelivered: 3,
  /** `--timeout` passed; the run goes on. */
  timeout: 4,
  /** `schedules diff`, or `apply` without `--yes`: something would change. */
  pending: 5,
  /** Ctrl-C; the run goes on. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

export function exitCodeOfOutcome(outcome: CompletedOutcome): ExitCode {
  return outcome === 'undelivered' ? EXIT.undelivered : EXIT.done;
}

/** What an action hands over: the code that the process ends with. */
export type Finish = (exitCode: ExitCode) => void;
