import { JourneyMetricsError, type Progress, type RunHandle, type RunSummary } from '../../client.js';
import type { AggregateResult, RedeliverResult } from '../../contract/result/result.js';
import type { RunFailure } from '../http/problem.js';

/** All that there is to say of a run: the same as `journey-metrics runs show --json` prints. */
export interface RunDocument extends RunSummary {
  /** Of a run under way; null when no worker answers. */
  readonly progress?: Progress | null;
  /** Of one that has ended and did not fail. */
  readonly result?: AggregateResult | RedeliverResult;
  /** Of one that failed, or was ended. */
  readonly error?: RunFailure;
}

/** @param signal gives up asking */
export async function runDocument(run: RunHandle, summary: RunSummary, signal: AbortSignal): Promise<RunDocument> {
  if (summary.state === 'running') return { ...summary, progress: await run.progress({ signal }).catch(() => null) };
  try {
    return { ...summary, result: await run.result({ signal }) };
  } catch (error) {
    if (!(error instanceof JourneyMetricsError) || error.type === 'TemporalUnavailable') throw error;
    const { type, message, details } = error;
    return { ...summary, error: { type, message, details } };
  }
}
