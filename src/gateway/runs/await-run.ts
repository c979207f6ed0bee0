import { setTimeout as sleep } from 'node:timers/promises';
import { JourneyMetricsError, type RunHandle } from '../../client.js';
import type { AggregateResult } from '../../contract/result/result.js';

const RETRY_MS = 1_000;

/**
 * The result of a run; undefined once the signal has aborted: the run goes on. While Temporal is away it waits on.
 * Rejects with the typed failure of a run that failed.
 */
export async function resultUnlessAborted(
  run: Pick<RunHandle, 'result'>,
  signal: AbortSignal,
): Promise<AggregateResult | undefined> {
  const away = (error: unknown): undefined => {
    if (signal.aborted || (error instanceof JourneyMetricsError && error.type === 'TemporalUnavailable')) return;
    throw error;
  };
  while (!signal.aborted) {
    const result = await run.result({ signal }).catch(away);
    if (result !== undefined) return result;
    await sleep(RETRY_MS, undefined, { signal }).catch(() => undefined);
  }
  return undefined;
}
