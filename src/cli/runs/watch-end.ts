import { JourneyMetricsError } from '../../client.js';
import { followRun, type Followed, type Seen } from './follow-run.js';
import { startLiveLine } from '../terminal/live-line.js';
import { RunFailed, RunGoesOn } from '../program/errors.js';
import { printable } from '../../text/printable.js';
import type { Session } from '../program/session.js';
import type { Terminal } from '../terminal/terminal.js';
import { WaitStopped } from '../program/waiting.js';

/** A run or a backfill that is waited for. */
export interface Watched<Result, Progress> extends Followed<Result, Progress> {
  readonly workflowId: string;
  readonly runId?: string;
  /** As people name it; a person who watches sees it above the live line. */
  readonly title?: string;
}

export interface WatchOptions<Progress> {
  /** Ends the waiting, and nothing else. */
  readonly signal: AbortSignal;
  /** What a person sees meanwhile. */
  readonly lineOf: (seen: Seen<Progress>, nowMs: number) => string;
  /** The commands that are about it. */
  readonly commands: 'runs' | 'backfill';
}

/**
 * Waits for an end, with a live line where a person watches.
 * @throws RunGoesOn once the signal has aborted
 * @throws RunFailed
 */
export async function watchEnd<Result, Progress>(
  { config, stderr, now }: Terminal,
  session: Session,
  run: Watched<Result, Progress>,
  { signal, lineOf, commands }: WatchOptions<Progress>,
): Promise<Result> {
  const line = stderr.isTTY ? startLiveLine(stderr, config.colours()) : undefined;
  const { workflowId, runId, title } = run;
  if (line && title !== undefined) stderr.write(`${printable(title)}\n`);
  const show = (seen: Seen<Progress>, nowMs: number): void => line?.show(lineOf(seen, nowMs));
  try {
    return await followRun(run, { signal, now, ...(line && { show }) });
  } catch (error) {
    if (error instanceof WaitStopped) {
      throw new RunGoesOn(error, { workflowId, ...(runId !== undefined && { runId }) }, commands);
    }
    throw isRunsOwn(error) ? new RunFailed(error, lookAt(session, run, commands)) : error;
  } finally {
    line?.stop();
  }
}

const NOT_ASKED: readonly string[] = ['RunNotFound', 'BackfillNotFound', 'TemporalUnavailable'];

/** Whether it is how the run ended, and not that it could not be asked. */
function isRunsOwn(error: unknown): error is JourneyMetricsError {
  return error instanceof JourneyMetricsError && !NOT_ASKED.includes(error.type);
}

function lookAt(
  { runUrl }: Session,
  { workflowId, runId }: Pick<Watched<unknown, unknown>, 'workflowId' | 'runId'>,
  commands: WatchOptions<unknown>['commands'],
): readonly string[] {
  const url = runId === undefined ? undefined : runUrl(workflowId, runId);
  return [`look at: journey-metrics ${commands} show ${workflowId}`, ...(url === undefined ? [] : [`         ${url}`])];
}
