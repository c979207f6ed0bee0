import type { Progress } from '../../client.js';
import type { AggregateResult, RedeliverResult } from '../../contract/result/result.js';
import { exitCodeOfOutcome, type ExitCode } from '../program/exit-code.js';
import { countOf } from '../../text/number-text.js';
import { storedText } from '../../text/time-text.js';
import { printable } from '../../text/printable.js';
import { progressLine } from './progress-line.js';
import { renderReport } from './report.js';
import type { Session } from '../program/session.js';
import type { Terminal } from '../terminal/terminal.js';
import { watchEnd, type Watched } from './watch-end.js';

const REPORT_COLUMNS = 100;

/**
 * Waits for a run, with a live line where a person watches.
 * @throws RunGoesOn once the signal has aborted
 * @throws RunFailed
 */
export function watchRun<Result>(
  terminal: Terminal,
  session: Session,
  run: Watched<Result, Progress>,
  signal: AbortSignal,
): Promise<Result> {
  return watchEnd(terminal, session, run, { signal, lineOf: progressLine, commands: 'runs' });
}

/**
 * Prints what came out of a run, or of a redelivery.
 * @param endedAt of an answer that an earlier run gave: when it did
 */
export function printResult(
  terminal: Terminal,
  session: Session,
  result: AggregateResult | RedeliverResult,
  json: boolean | undefined,
  endedAt?: string,
): ExitCode {
  const { columns = REPORT_COLUMNS, paint } = terminal;
  if (json) {
    terminal.printJson(endedAt === undefined ? result : { ...result, stored: true });
  } else if ('rows' in result) {
    const { workflowId, runId } = result;
    const urls = [session.pageUrl(workflowId), session.runUrl(workflowId, runId)].filter((url) => url !== undefined);
    const stored = endedAt === undefined ? {} : { stored: storedText(endedAt, terminal.now()) };
    terminal.print(renderReport(result, { width: columns, paint, ...stored, urls }));
  } else {
    terminal.print(renderRedelivery(result));
  }
  return exitCodeOfOutcome(result.outcome);
}

function renderRedelivery({ workflowId, outcome, delivery }: RedeliverResult): string {
  const { deliveryId, revision, parts, attempts, lastFailure } = delivery;
  const details = {
    completed: '',
    unchanged: ' (nothing was outstanding; --all also sends the acknowledged parts)',
    undelivered: ` (${printable(lastFailure ?? 'the receiver did not accept the delivery')})`,
  };
  return [
    `${outcome}${details[outcome]}`,
    `  delivery ${deliveryId}, revision ${revision}, ${countOf(parts, 'part')}, ${countOf(attempts, 'attempt')}`,
    `  look at  journey-metrics runs show ${workflowId}`,
  ].join('\n');
}
