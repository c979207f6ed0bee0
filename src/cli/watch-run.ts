import { JourneyMetricsError, type RunHandle } from '../client.js';
import type { AggregateResult, RedeliverResult } from '../contract/result.js';
import { exitCodeOfOutcome, type ExitCode } from './exit-code.js';
import { followRun } from './follow-run.js';
import { startLiveLine } from './live-line.js';
import { countOf } from './number-text.js';
import { printable } from './printable.js';
import { renderReport } from './report.js';
import { RunFailed } from './run-failed.js';
import { RunGoesOn } from './run-goes-on.js';
import type { Session } from './session.js';
import type { Terminal } from './terminal.js';
import { WaitStopped } from './waiting.js';

const REPORT_COLUMNS = 100;

export interface Watched<Result> {
  readonly workflowId: string;
  readonly runId?: string;
  result(): Promise<Result>;
  readonly progress: RunHandle['progress'];
}

/**
 * Waits for a run, with a live line where a person watches.
 * @throws RunGoesOn once the signal has aborted
 * @throws RunFailed
 */
export async function watchRun<Result>(
  { stderr, now }: Terminal,
  session: Session,
  run: Watched<Result>,
  signal: AbortSignal,
): Promise<Result> {
  const line = stderr.isTTY ? startLiveLine(stderr) : undefined;
  const { workflowId, runId } = run;
  try {
    return await followRun(run, { signal, now, ...(line && { show: line.show }) });
  } catch (error) {
    if (error instanceof WaitStopped) throw new RunGoesOn(error, { workflowId, ...(runId !== undefined && { runId }) });
    throw isRunsOwn(error) ? new RunFailed(error, lookAt(session, run)) : error;
  } finally {
    line?.stop();
  }
}

/** Whether it is how the run ended, and not that it could not be asked. */
function isRunsOwn(error: unknown): error is JourneyMetricsError {
  return error instanceof JourneyMetricsError && error.type !== 'RunNotFound' && error.type !== 'TemporalUnavailable';
}

function lookAt({ runUrl }: Session, { workflowId, runId }: Watched<unknown>): readonly string[] {
  const url = runId === undefined ? undefined : runUrl(workflowId, runId);
  return [`look at: journey-metrics runs show ${workflowId}`, ...(url === undefined ? [] : [`         ${url}`])];
}

/** Prints what came out of a run, or of a redelivery. */
export function printResult(
  terminal: Terminal,
  session: Session,
  result: AggregateResult | RedeliverResult,
  json: boolean | undefined,
): ExitCode {
  const { columns = REPORT_COLUMNS, paint } = terminal;
  if (json) {
    terminal.printJson(result);
  } else if ('rows' in result) {
    const runUrl = session.runUrl(result.workflowId, result.runId);
    terminal.print(renderReport(result, { width: columns, paint, ...(runUrl !== undefined && { runUrl }) }));
  } else {
    terminal.print(renderRedelivery(result));
  }
  return exitCodeOfOutcome(result.outcome);
}

function renderRedelivery({ workflowId, outcome, delivery }: RedeliverResult): string {
  const { deliveryId, revision, parts, attempts, lastFailure } = delivery;
  const details = {
    completed: '',
    unchanged: ' (nothing was outstanding; --all sends again what was acknowledged)',
    undelivered: ` (${printable(lastFailure ?? 'the receiver did not take it')})`,
  };
  return [
    `${outcome}${details[outcome]}`,
    `  delivery ${deliveryId}, revision ${revision}, ${countOf(parts, 'part')}, ${countOf(attempts, 'attempt')}`,
    `  look at  journey-metrics runs show ${workflowId}`,
  ].join('\n');
}
