import type { RunDescription, RunSummary } from '../../client.js';
import type { Present } from '../../client/runs/describe.js';
import { EXIT, type ExitCode } from '../program/exit-code.js';
import type { Seen } from './follow-run.js';
import { printable } from '../../text/printable.js';
import { runTitle } from '../../text/run-title.js';
import { progressLine } from './progress-line.js';
import { runOf } from './run-of.js';
import { withSession, type Session } from '../program/session.js';
import { renderTable } from '../terminal/table.js';
import type { Terminal } from '../terminal/terminal.js';
import { agoText } from '../../text/time-text.js';
import { printResult } from './watch-run.js';

/** A run as `runs show --json` prints it. */
interface ShownRun extends RunDescription {
  readonly history?: { readonly events: readonly unknown[] };
}

/** `journey-metrics runs show`. */
export async function showRun(
  terminal: Terminal,
  workflowId: string,
  { history = false, json }: { readonly history?: boolean; readonly json?: boolean },
): Promise<ExitCode> {
  return withSession(terminal, async (session) => {
    const run = await runOf(session.client, workflowId, 'show');
    const description = { ...(await run.describe()), ...(history && { history: await run.history() }) };
    if (json) terminal.printJson(description);
    else print(terminal, session, description);
    return EXIT.done;
  });
}

function print(terminal: Terminal, session: Session, description: ShownRun): void {
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
  const title = printable(runTitle(description));
  const head = title === '' ? workflowId : `${title}\n  ${workflowId}`;
  terminal.print(`${terminal.paint('bold', head)}\n${outcome ?? state} · ${started}`);
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
