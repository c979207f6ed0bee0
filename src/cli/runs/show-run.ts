import {
  JourneyMetricsError,
  type AggregateResult,
  type Progress,
  type RunHandle,
  type RunSummary,
} from '../../client.js';
import { EXIT, type ExitCode } from '../program/exit-code.js';
import { failureOf } from '../program/failure.js';
import type { Followed, Seen } from './follow-run.js';
import { printable } from '../../text/printable.js';
import { progressLine } from './progress-line.js';
import { runOf } from './run-of.js';
import { withSession, type Session } from '../program/session.js';
import { renderTable } from '../terminal/table.js';
import type { Terminal } from '../terminal/terminal.js';
import { agoText } from '../../text/time-text.js';
import { printResult } from './watch-run.js';

/** What there is besides a summary: of the three the one that fits the state. */
export interface Present<Shown, Result> {
  /** Of what is under way; null when no worker answers. */
  readonly progress?: Shown | null;
  readonly result?: Result;
  readonly error?: { readonly type: string; readonly message: string; readonly details: readonly unknown[] };
}

/** A run as `runs show --json` prints it. */
interface RunDescription extends RunSummary, Present<Progress, AggregateResult> {
  readonly history?: { readonly events: readonly unknown[] };
}

/** `journey-metrics runs show`. */
export async function showRun(
  terminal: Terminal,
  workflowId: string,
  { history = false, json }: { readonly history?: boolean; readonly json?: boolean },
): Promise<ExitCode> {
  return withSession(terminal, async (session) => {
    const description = await describe(await runOf(session.client, workflowId, 'show'), history);
    if (json) terminal.printJson(description);
    else print(terminal, session, description);
    return EXIT.done;
  });
}

async function describe(run: RunHandle, withHistory: boolean): Promise<RunDescription> {
  const summary = await run.summary();
  return { ...summary, ...(await presentOf(run, summary)), ...(withHistory && { history: await run.history() }) };
}

/** What a run, or a backfill, does or how it ended. */
export async function presentOf<Result, Shown>(
  run: Followed<Result, Shown>,
  { state }: Pick<RunSummary, 'state'>,
): Promise<Present<Shown, Result>> {
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
  const { result, history } = description;
  if (result) printResult(terminal, session, result, false);
  else printState(terminal, session, description, progressLine);
  if (history) terminal.print(`\n${historyTable(history.events, terminal.columns)}`);
}

/** A run, or a backfill, that has no result: what it does, or why it ended. */
export function printState<Shown>(
  terminal: Terminal,
  session: Session,
  description: RunSummary<string> & Present<Shown, unknown>,
  lineOf: (seen: Seen<Shown>, nowMs: number) => string,
): void {
  const { workflowId, runId, state, outcome, startedAt, progress, error } = description;
  const started = `started ${startedAt}, ${agoText(startedAt, terminal.now())}`;
  terminal.print(`${terminal.paint('bold', workflowId)}\n${outcome ?? state} · ${started}`);
  if (progress !== undefined) terminal.print(lineOf(progress ?? 'no answer', terminal.now()));
  if (error) terminal.print(terminal.paint('red', `${error.type}: ${printable(error.message)}`));
  const url = session.runUrl(workflowId, runId);
  if (url !== undefined) terminal.print(url);
}

/** An event as Temporal's own JSON has it. */
interface HistoryEvent {
  readonly eventId?: string;
  readonly eventTime?: string;
  readonly eventType?: string;
}

/** Events, a line each. */
export function historyTable(events: readonly unknown[], columns: number | undefined): string {
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
