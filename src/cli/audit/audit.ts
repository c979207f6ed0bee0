import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { AuditFilter, AuditListing } from '../../ports/index.js';
import { isCheckpoint, type Checkpoint } from '../../records/audit/audit-verify.js';
import { withAuditTrail } from './audit-trail.js';
import { EXIT, type ExitCode } from '../program/exit-code.js';
import { countOf, countText } from '../../text/number-text.js';
import { goesToStdout, withLineEnds, writeLines } from '../export/output-file.js';
import { readNamed } from '../program/read-request.js';
import { withSession } from '../program/session.js';
import { runTitle } from '../../text/run-title.js';
import { renderWithIds } from '../terminal/table.js';
import type { Screen, Terminal } from '../terminal/terminal.js';
import { agoText } from '../../text/time-text.js';
import { UsageError } from '../program/errors.js';

/** `journey-metrics audit list`: newest first. */
export async function listAudit(
  terminal: Terminal,
  { json, ...filter }: Pick<AuditFilter, 'limit' | 'org' | 'series'> & { readonly json?: boolean },
): Promise<ExitCode> {
  const entries = await withAuditTrail(terminal, (trail, signal) => trail.list(filter, signal));
  if (json) terminal.printJson(entries);
  else if (entries.length === 0) terminal.print('The audit trail has no matching entries.');
  else terminal.print(auditTable(entries, terminal));
  return EXIT.done;
}

/** Shorter than in a list of runs: the number of the entry stands before it, and the outcome must stay. */
const TITLE_BESIDE_NUMBER = 40;

/** Entries, a line each. */
export function auditTable(entries: readonly AuditListing[], { now, columns }: Screen): string {
  const nowMs = now();
  const heads = [
    { head: 'NO', align: 'right' },
    { head: 'RUN', readable: TITLE_BESIDE_NUMBER },
    { head: 'OUTCOME', whole: true },
    { head: 'WRITTEN' },
    { head: 'KIND' },
    { head: 'ROWS', align: 'right' },
    { head: 'REQUESTER' },
    { head: 'FAILURE' },
  ] as const;
  const rows = entries.map((entry) => [
    String(entry.seq),
    runTitle(entry) || entry.workflowId,
    entry.outcome,
    agoText(entry.timestamp, nowMs),
    entry.kind,
    rowsText(entry),
    entry.requester,
    entry.failureType ?? '',
  ]);
  return renderWithIds({ heads, rows, ids: entries.map(({ workflowId }) => workflowId), columns });
}

/** Rows that were sent for the entry: rows of an unchanged window were sent before. */
function rowsText({ rows, rows_processed: delivered, outcome }: AuditListing): string {
  if (outcome === 'unchanged') return 'none sent';
  return rows?.returned === 0 ? 'no rows' : countText(delivered);
}

/** `journey-metrics audit verify`: exits with 1 when the trail is not what was written. */
export async function verifyAudit(
  terminal: Terminal,
  { checkpoint: file, json }: { readonly checkpoint?: string; readonly json?: boolean },
): Promise<ExitCode> {
  const options = file === undefined ? {} : { checkpoint: await readCheckpoint(file) };
  const found = await withAuditTrail(terminal, (trail, signal) => trail.verify(options, signal));
  if (json) terminal.printJson(found);
  else if (found.ok)
    terminal.print(`the audit trail is intact: ${countOf(found.entries, 'entry', 'entries')}, head ${found.head.hash}`);
  else terminal.print(`the audit trail is broken at entry ${found.seq}: ${found.problem}`);
  return found.ok ? EXIT.done : EXIT.failed;
}

async function readCheckpoint(file: string): Promise<Checkpoint> {
  const value = parse(await readNamed(file));
  if (!isCheckpoint(value)) {
    throw new UsageError(
      `the file ${file} is not a checkpoint: \`journey-metrics audit checkpoint --out FILE\` writes one`,
    );
  }
  return value;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

interface OutOptions {
  readonly out?: string;
  readonly json?: boolean;
}

/** `journey-metrics audit checkpoint`: of a trail that verifies only. */
export async function checkpointAudit(terminal: Terminal, { out, json }: OutOptions): Promise<ExitCode> {
  const toStdout = out !== undefined && (await goesToStdout(out, json));
  const checkpoint = await withAuditTrail(terminal, (trail, signal) => trail.checkpoint(signal));
  if (out !== undefined) await writeLines(out, Readable.from([JSON.stringify(checkpoint)]), terminal);
  if (toStdout) return EXIT.done;
  if (out === undefined || json) {
    terminal.printJson(checkpoint);
  } else {
    terminal.note(`the trail up to entry ${checkpoint.seq} is recorded in ${out}: keep that file apart from the trail`);
  }
  return EXIT.done;
}

/** `journey-metrics audit export`: the whole trail as lines of JSON, oldest first, byte for byte as it was hashed. */
export async function exportAudit(terminal: Terminal, { out, json }: OutOptions): Promise<ExitCode> {
  if (out !== undefined) await goesToStdout(out, json);
  const entries = await withAuditTrail(terminal, async (trail, signal) => {
    const lines = new CountedLines(trail.export(signal));
    if (out !== undefined) await writeLines(out, lines, terminal);
    else await toReader(terminal, withLineEnds(lines));
    return lines.count;
  });
  if (out !== undefined && json) terminal.printJson({ out, entries });
  return EXIT.done;
}

/** Lines, and how many have gone by. */
class CountedLines implements AsyncIterable<string> {
  count = 0;

  constructor(private readonly lines: AsyncIterable<string>) {}

  async *[Symbol.asyncIterator](): AsyncGenerator<string> {
    for await (const line of this.lines) {
      this.count += 1;
      yield line;
    }
  }
}

/** Waits where the reader is slow; stops, content, where it has had enough. */
async function toReader({ stdout }: Terminal, text: AsyncIterable<string>): Promise<void> {
  try {
    await pipeline(Readable.from(text), stdout, { end: false });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EPIPE')) throw error;
  }
}

/** `journey-metrics audit reconcile`: audits runs that were ended from outside, now. */
export async function reconcileAudit(terminal: Terminal, { json }: { readonly json?: boolean }): Promise<ExitCode> {
  const { checked, reconciled, reconciledCount } = await withSession(terminal, ({ client }) => client.reconcile());
  if (json) {
    terminal.printJson({ checked, reconciled, reconciledCount });
  } else {
    terminal.print(`${countOf(checked, 'run')} checked, ${countText(reconciledCount)} audit entries added`);
    for (const workflowId of reconciled) terminal.print(`  ${workflowId}`);
  }
  return EXIT.done;
}
