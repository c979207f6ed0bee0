import type { RunFailure } from '../../contract/result/run-description.js';
import type { RunState } from '../../contract/closed-sets.js';
import { JourneyMetricsError } from '../error.js';

/** What there is besides a summary: of the three the one that fits the state. */
export interface Present<Progress, Result> {
  /** Of what is under way; null when no worker answers. */
  readonly progress?: Progress | null;
  readonly result?: Result;
  /** Of what failed, or was ended. */
  readonly error?: RunFailure;
}

interface Describable<Summary, Progress, Result, Options> {
  summary(): Promise<Summary>;
  progress(options?: Options): Promise<Progress>;
  result(options?: Options): Promise<Result>;
}

/** All that there is to say of a run or a backfill. Its failure is part of that; only Temporal's rejects. */
export async function describe<Summary extends { readonly state: RunState }, Progress, Result, Options>(
  run: Describable<Summary, Progress, Result, Options>,
  options?: Options,
): Promise<Summary & Present<Progress, Result>> {
  const summary = await run.summary();
  if (summary.state === 'running') return { ...summary, progress: await run.progress(options).catch(() => null) };
  try {
    return { ...summary, result: await run.result(options) };
  } catch (error) {
    if (!(error instanceof JourneyMetricsError) || error.type === 'TemporalUnavailable') throw error;
    const { type, message, details } = error;
    return { ...summary, error: { type, message, details } };
  }
}
