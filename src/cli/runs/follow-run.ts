import timers from 'node:timers/promises';
import { JourneyMetricsError } from '../../client.js';
import { unlessAborted } from '../../async/abort.js';

/** What can be waited for, and asked how far it is. */
export interface Followed<Result, Progress> {
  result(): Promise<Result>;
  progress(): Promise<Progress>;
}

/** What is known of its progress: not asked yet, asked in vain (no worker answers), or an answer. */
export type Seen<Progress> = Progress | 'no answer' | undefined;

export interface FollowOptions<Progress> {
  /** Ends the waiting, not the run. */
  readonly signal: AbortSignal;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Told once a second what is known of its progress; without it nobody asks. */
  readonly show?: (seen: Seen<Progress>, nowMs: number) => void;
}

const REFRESH_MS = 1_000;
/** How long Temporal may be away before the waiting is given up. The run itself does not mind. */
const OUTAGE_MS = 5 * 60_000;
/** The SDK tries for about 20 s. What took longer had been answered, and was broken off: another outage. */
const REFUSED_WITHIN_MS = 60_000;
const RETRY_MS = 2_000;

/**
 * Waits for the end of a run, or of a backfill, also through a restart of Temporal, and shows meanwhile how far it is.
 * Rejects with its typed failure, or with the reason of the signal: then a call to Temporal may still be under way, and
 * closing the client would make it throw.
 */
export async function followRun<Result, Progress>(
  run: Followed<Result, Progress>,
  { signal, now, show }: FollowOptions<Progress>,
): Promise<Result> {
  const ended = new AbortController();
  const watching = show ? watch(run, show, now, ended.signal) : undefined;
  try {
    return await unlessAborted(resultThroughOutages(run, now, signal), signal);
  } finally {
    ended.abort();
    // A query under way is waited for, so that the client can be closed.
    if (!signal.aborted) await watching;
  }
}

async function resultThroughOutages<Result>(
  run: { result(): Promise<Result> },
  now: () => number,
  signal: AbortSignal,
): Promise<Result> {
  let awaySince: number | undefined;
  for (;;) {
    const askedAt = now();
    try {
      return await run.result();
    } catch (error) {
      if (!(error instanceof JourneyMetricsError) || error.type !== 'TemporalUnavailable') throw error;
      if (awaySince === undefined || now() - askedAt > REFUSED_WITHIN_MS) awaySince = now();
      if (now() - awaySince > OUTAGE_MS) throw error;
      await timers.setTimeout(RETRY_MS, undefined, { signal });
    }
  }
}

/** Shows it again every second, whether or not an answer has come: `next poll in N s` counts down. */
async function watch<Progress>(
  run: Pick<Followed<unknown, Progress>, 'progress'>,
  show: (seen: Seen<Progress>, nowMs: number) => void,
  now: () => number,
  ended: AbortSignal,
): Promise<void> {
  let seen: Seen<Progress>;
  const refresh = (): void => {
    if (!ended.aborted) show(seen, now());
  };
  refresh();
  const refreshing = setInterval(refresh, REFRESH_MS);
  ended.addEventListener('abort', () => {
    clearInterval(refreshing);
  });
  while (!ended.aborted) {
    seen = await run.progress().catch(() => 'no answer' as const);
    refresh();
    await timers.setTimeout(REFRESH_MS, undefined, { signal: ended }).catch(() => undefined);
  }
}
