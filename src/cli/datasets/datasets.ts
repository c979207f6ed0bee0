import { withDatabase, withDatasets } from '../../composition/stores.js';
import { datasetExpiry, type DatasetExpiry } from '../../datasets/retention/expiry.js';
import { isExpired, type DatasetStanding } from '../../datasets/retention/retention.js';
import { retentionRecords } from '../../records/runs/retention.js';
import { bytesText } from '../../text/bytes-text.js';
import { EXIT, type ExitCode } from '../program/exit-code.js';
import { countOf } from '../../text/number-text.js';
import { renderTable } from '../terminal/table.js';
import type { Screen, Terminal } from '../terminal/terminal.js';
import { agoText, durationText } from '../../text/time-text.js';

/** `journey-metrics datasets list`: what is kept, oldest first. */
export async function listDatasets(terminal: Terminal, { json }: { readonly json?: boolean }): Promise<ExitCode> {
  const standings = await withExpiry(terminal, (expiry, signal) => expiry.survey(signal));
  const oldestFirst = [...standings].sort((one, other) => one.writtenAt - other.writtenAt);
  if (json) terminal.printJson(oldestFirst.map((standing) => listingOf(standing, terminal.now())));
  else if (oldestFirst.length === 0) terminal.print('No rows or payloads are stored.');
  else terminal.print(datasetTable(oldestFirst, terminal));
  return EXIT.done;
}

/** As `--json` has it. `expiresAt` is null where no age makes it go; `neededBy` names the run that needs it. */
function listingOf(standing: DatasetStanding, nowMs: number): Readonly<Record<string, unknown>> {
  const { scope, state, workflowId, bytes, writtenAt, expiresAt } = standing;
  return {
    scope,
    kind: kindOf(standing),
    state,
    workflowId,
    neededBy: isNeeded(standing) ? workflowId : null,
    bytes,
    writtenAt: new Date(writtenAt).toISOString(),
    ageMs: Math.max(0, Math.round(nowMs - writtenAt)),
    expiresAt: expiresAt === null ? null : new Date(expiresAt).toISOString(),
  };
}

/** What is kept, a line each. */
export function datasetTable(standings: readonly DatasetStanding[], { now, columns }: Screen): string {
  const nowMs = now();
  const heads = [
    { head: 'SCOPE', whole: true },
    { head: 'KIND' },
    { head: 'SIZE', align: 'right' },
    { head: 'WRITTEN' },
    { head: 'STATE' },
    { head: 'GOES' },
    { head: 'RUN' },
  ] as const;
  const rows = standings.map((standing) => {
    const { scope, bytes, writtenAt, state, workflowId } = standing;
    const written = agoText(new Date(writtenAt).toISOString(), nowMs);
    return [scope, kindOf(standing), bytesText(bytes), written, state, goesText(standing, nowMs), workflowId ?? ''];
  });
  return renderTable(heads, rows, columns);
}

function goesText(standing: DatasetStanding, nowMs: number): string {
  const { expiresAt } = standing;
  if (expiresAt === null) return standing.state === 'open' ? 'after its run' : 'never: unknown to these records';
  return isExpired(standing, nowMs) ? 'now' : `in ${durationText(expiresAt - nowMs, 1)}`;
}

/** `journey-metrics datasets gc`: deletes what is old and not needed, or says what would go. */
export async function collectGarbage(
  terminal: Terminal,
  { dryRun = false, json }: { readonly dryRun?: boolean; readonly json?: boolean },
): Promise<ExitCode> {
  const { looked, gone } = await withExpiry(terminal, async (expiry, signal) => {
    const standings = await expiry.survey(signal);
    const expired = standings.filter((standing) => isExpired(standing, terminal.now()));
    const gone: DatasetStanding[] = [];
    for (const standing of expired) if (dryRun || (await expiry.expire(standing, signal))) gone.push(standing);
    return { looked: standings.length, gone };
  });
  const bytes = gone.reduce((sum, standing) => sum + standing.bytes, 0);
  if (json) {
    terminal.printJson({ dryRun, looked, deletedCount: gone.length, deletedBytes: bytes, deleted: gone.map(scopeOf) });
  } else {
    const verb = dryRun ? 'would be deleted' : 'deleted';
    terminal.print(
      `${countOf(looked, 'dataset')} checked, ${countOf(gone.length, 'dataset')} ${verb}: ${bytesText(bytes)}`,
    );
    for (const { scope } of gone) terminal.print(`  ${scope}`);
  }
  return EXIT.done;
}

async function withExpiry<T>(
  terminal: Terminal,
  work: (expiry: DatasetExpiry, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const { config, now } = terminal;
  const { place, ...kept } = config.datasets();
  return withDatabase(config.databaseUrl(), async (database, signal, { present, known }) => {
    if (present < known) {
      const versions = `has schema version ${present} of ${known}`;
      throw new Error(`Postgres at ${database.where} ${versions}: start a worker to update it`);
    }
    const records = retentionRecords(database);
    return withDatasets(place, ({ blobs }) => work(datasetExpiry({ blobs, records, kept, now }), signal));
  });
}

function kindOf({ scope }: DatasetStanding): 'run' | 'delivery' | 'contacts' {
  if (scope.startsWith('legs/')) return 'contacts';
  return scope.startsWith('runs/') ? 'run' : 'delivery';
}

function isNeeded({ state }: DatasetStanding): boolean {
  return state === 'open' || state === 'undelivered';
}

function scopeOf({ scope }: DatasetStanding): string {
  return scope;
}
