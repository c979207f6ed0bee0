import {
  JourneyMetricsError,
  type AggregateResult,
  type Progress,
  type RunHandle,
  type RunSummary,
} from '../client.js';
import { EXIT, type ExitCode } from './exit-code.js';
import { failureOf } from './failure.js';
import { printable } from './printable.js';
import { progressLine } from './progress-line.js';
import { withSession, type Session } from './session.js';
import { renderTable } from './table.js';
import type { Terminal } from './terminal.js';
import { agoText } from './time-text.js';
import { printResult } from './watch-run.js';

/** A run as `runs show --json` prints it: of `progress`, `result` and `error` there is the one that fits its state. */
interface RunDescription extends RunSummary {
  /** Of a run under way; null when no worker answers. */
  readonly progress?: Progress | null;
  readonly result?: AggregateResult;
  readonly error?: { readonly type: string; readonly message: string; readonly details: readonly unknown[] };
  readonly history?: { readonly events: readonly unknown[] };
}

/** `journey-metrics runs show`. */
export async function showRun(
  terminal: Terminal,
  workflowId: string,
  { history = false, json }: { readonly history?: boolean; readonly json?: boolean },
): Promise<ExitCode> {
  return withSession(terminal, async (session) => {
    const description = await describe(session.client.run(workflowId), history);
    if (json) terminal.printJson(description);
    else print(terminal, session, description);
    return EXIT.done;
  });
}

async function describe(run: RunHandle, withHistory: boolean): Promise<RunDescription> {
  const summary = await run.summary();
  return { ...summary, ...(await present(run, summary)), ...(withHistory && { history: await run.history() }) };
}

async function present(run: RunHandle, { state }: RunSummary): Promise<Partial<RunDescription>> {
  if (state === 'running') return { progress: await run.progress().catch(() => null) };
  try {
    return { result: await run.result() };
  } catch (error) {
    if (!(error instanceof JourneyMetricsError) || error.type === 'TemporalUnavailable') throw error;
    const { type, message, details } = failureOf(error);
    return { error: { type, message, details } };
  }
}

function print(terminal: Terminal, session: Session, description: RunDescription): void {
  const { workflowId, runId, state, outcome, startedAt, progress, result, error, history } = description;
  if (result) {
    printResult(terminal, session, result, false);
  } else {
    const started = `started ${startedAt}, ${agoText(startedAt, terminal.now())}`;
    terminal.print(`${terminal.paint('bold', workflowId)}\n${outcome ?? state} · ${started}`);
    if (progress !== undefined) terminal.print(progressLine(progress ?? 'no answer', terminal.now()));
    if (error) terminal.print(terminal.paint('red', `${error.type}: ${printable(error.message)}`));
    const url = session.runUrl(workflowId, runId);
    if (url !== undefined) terminal.print(url);
  }
  if (history) terminal.print(`\n${historyTable(history.events, terminal.columns)}`);
}

/** An event as Temporal's own JSON has it. */
interface HistoryEvent {
  readonly eventId?: string;
  readonly eventTime?: string;
  readonly eventType?: string;
}

function historyTable(events: readonly unknown[], columns: number | undefined): string {
  const heads = [{ head: 'EVENT', align: 'right' }, { head: 'TIME' }, { head: 'TYPE' }] as const;
  // Temporal's types, printed by `history()`; a missing field is an empty cell.
  const rows = (events as readonly HistoryEvent[]).map(({ eventId = '', eventTime = '', eventType = '' }) => [
    eventId,
    eventTime,
    eventType
      .replace(/^EVENT_TYPE_/, '')
      .toLowerCase()
      .replaceAll('_', ' '),
  ]);
  return renderTable(heads, rows, columns);
}
