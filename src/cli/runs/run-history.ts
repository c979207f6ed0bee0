import { withDatabase, withDatasets } from '../../composition/stores.js';
import { COMPARED_ROWS_MOST, compareRows, type NotCompared, type RowChanges } from '../../datasets/read/row-changes.js';
import type { RevisionCause } from '../../ports/index.js';
import { revisionHistory, type Reading, type RecordedRevision } from '../../records/ledger/history.js';
import { EXIT, type ExitCode } from '../program/exit-code.js';
import { countOf, countText } from '../../text/number-text.js';
import { printable } from '../../text/printable.js';
import type { Terminal } from '../terminal/terminal.js';
import { causesText } from '../../text/cause-text.js';
import { agoText } from '../../text/time-text.js';
import { runTitle } from '../../text/run-title.js';
import { boundsOf, matchOf, type NamedWindow, type WindowMatch } from '../../calendar/named-window.js';
import { readWindowName } from '../program/window-name.js';

/** A revision as `--json` has it. */
interface RevisionListing extends Pick<RecordedRevision, 'revision' | 'queryId' | 'claimedAt' | 'delivered'> {
  readonly expiredAt: string | null;
  /** Why it is there; null where that was not kept. */
  readonly causes: readonly RevisionCause[] | null;
  /** Null until its bytes are fixed. */
  readonly parts: number | null;
  readonly rows: number | null;
  /** Runs that read the window and found this: the first one made it, `unchanged` ones sent nothing. */
  readonly readings: readonly Reading[];
  /** From the revision before; null of the first. */
  readonly changes: RowChanges | null;
}

/** One thing that is delivered, with all of its revisions, oldest first. */
interface DeliveryListing extends Pick<
  RecordedRevision,
  'deliveryId' | 'org' | 'destination' | 'series' | 'report' | 'window'
> {
  /** How its window lies to the one that was named; null where none was. */
  readonly match: WindowMatch | null;
  readonly revisions: readonly RevisionListing[];
}

export interface HistoryOptions {
  /** As `readWindowName` takes it; absent: every window. */
  readonly window?: string;
  readonly org?: string;
  readonly json?: boolean;
}

/** `journey-metrics runs history`: what was delivered of a window, when, and what changed. Exits with 1 where there is nothing. */
export async function showHistory(terminal: Terminal, { window, org, json }: HistoryOptions): Promise<ExitCode> {
  const named = window === undefined ? undefined : readWindowName(window);
  const filter = { ...(org !== undefined && { org }), ...(named && { between: betweenOf(named) }) };
  const { config } = terminal;
  const deliveries = await withDatabase(config.databaseUrl(), async (database, signal, { present }) => {
    if (present === 0) return [];
    const revisions = await revisionHistory(database, filter, signal);
    const matching = revisions.filter((each) => named === undefined || matchOf(named, each.window) !== undefined);
    return withDatasets(config.datasets().place, ({ datasets }) => listingsOf(matching, named, datasets, signal));
  });
  if (json) terminal.printJson(deliveries);
  else terminal.print(historyText(deliveries, window, terminal));
  return deliveries.length === 0 ? EXIT.failed : EXIT.done;
}

function betweenOf(named: NamedWindow): { readonly from: string; readonly to: string } {
  const { start, end } = boundsOf(named);
  return { from: new Date(start).toISOString(), to: new Date(end).toISOString() };
}

const HEADS: readonly (readonly [WindowMatch, string])[] = [
  ['exact', ''],
  ['contains', 'Deliveries that contain it:'],
  ['within', 'Deliveries of a part of it:'],
  ['overlaps', 'Deliveries that share a part with it:'],
];

/** The deliveries of that very window first, then those that share time with it, under a heading that says so. */
function historyText(deliveries: readonly DeliveryListing[], window: string | undefined, terminal: Terminal): string {
  const text = (some: readonly DeliveryListing[]): string =>
    some.map((delivery) => deliveryText(delivery, terminal)).join('\n\n');
  if (window === undefined) return deliveries.length === 0 ? 'Nothing was delivered yet.' : text(deliveries);
  if (deliveries.length === 0) return `No delivery has the window ${window}, or shares a part with it.`;
  const groups = HEADS.map(([match, head]) => ({ head, some: deliveries.filter((each) => each.match === match) }));
  const sections = groups.flatMap(({ head, some }) =>
    some.length === 0 ? [] : [head === '' ? text(some) : `${head}\n${text(some)}`],
  );
  const isExact = deliveries.some(({ match }) => match === 'exact');
  return [...(isExact ? [] : [`No delivery has exactly the window ${window}.`]), ...sections].join('\n\n');
}

/** @param revisions those of one delivery together, in order */
async function listingsOf(
  revisions: readonly RecordedRevision[],
  named: NamedWindow | undefined,
  store: Parameters<typeof compareRows>[0],
  signal: AbortSignal,
): Promise<readonly DeliveryListing[]> {
  const listings = new Map<string, DeliveryListing & { revisions: RevisionListing[] }>();
  for (const [index, revision] of revisions.entries()) {
    const { deliveryId, org, destination, series, report, window } = revision;
    const match = (named && matchOf(named, window)) ?? null;
    const about = { deliveryId, org, destination, series, report, window, match };
    const listing = listings.get(deliveryId) ?? { ...about, revisions: [] };
    const before = listing.revisions.length > 0 ? revisions[index - 1] : undefined;
    const changes = before && (await compareRows(store, { before: before.parts, after: revision.parts }, signal));
    listing.revisions.push(listingOf(revision, changes ?? null));
    listings.set(deliveryId, listing);
  }
  return [...listings.values()];
}

function listingOf(recorded: RecordedRevision, changes: RowChanges | null): RevisionListing {
  const { revision, queryId, claimedAt, delivered, expiredAt, causes, parts, readings } = recorded;
  return {
    revision,
    queryId,
    claimedAt,
    delivered,
    expiredAt,
    causes: causes?.causes ?? null,
    parts: parts?.length ?? null,
    rows: parts?.reduce((sum, { rows }) => sum + rows, 0) ?? null,
    readings,
    changes,
  };
}

function deliveryText(
  { deliveryId, org, destination, series, report, window, revisions }: DeliveryListing,
  { paint, now }: Terminal,
): string {
  const title = paint('bold', printable(runTitle({ org, report, window })));
  const ids = `  window ${window.label}, to ${destination}, delivery ${deliveryId}${series === null ? '' : `, series ${series}`}`;
  const nowMs = now();
  return [title, ids, ...revisions.flatMap((revision) => revisionLines(revision, nowMs))].join('\n');
}

function revisionLines(listing: RevisionListing, nowMs: number): readonly string[] {
  const { revision, rows, delivered, causes, changes, readings } = listing;
  const size = rows === null ? 'no payload yet' : countOf(rows, 'row');
  const arrival = delivered ? `delivered ${delivered.at} (${agoText(delivered.at, nowMs)})` : 'not delivered';
  const lines = [`  revision ${revision}: ${size}, ${arrival}`];
  if (revision > 1 && causes !== null) lines.push(`    ${causesText(causes, revision)}`);
  if (changes) lines.push(`    ${changesText(changes)}`);
  for (const { at, outcome, workflowId, requester } of readings) {
    const by = requester === null ? '' : ` (${printable(requester)})`;
    lines.push(`    ${at}  ${readingText(outcome)}  ${printable(workflowId)}${by}`);
  }
  const isRedelivery =
    delivered?.workflowId != null && readings.every((each) => each.workflowId !== delivered.workflowId);
  if (isRedelivery) lines.push(`    ${delivered.at}  redelivered  ${printable(delivered.workflowId)}`);
  return lines;
}

function readingText(outcome: Reading['outcome']): string {
  if (outcome === 'unchanged') return 'unchanged, nothing sent';
  return outcome ?? 'under way';
}

function changesText(changes: RowChanges): string {
  if (!changes.compared) return `not compared with the one before: ${REASONS[changes.reason]}`;
  const { added, removed, changed, same, key, beside, sampled } = changes;
  const counts = `${countOf(added, 'row')} added, ${countText(removed)} removed, ${countText(changed)} changed`;
  const where = beside ? '; only fields that were not asked for differ' : '';
  const samples = sampled ? '; compared as samples, so differences in sampling count too' : '';
  return `${counts}, ${countText(same)} the same (by ${key.join(', ')}${where}${samples})`;
}

const REASONS: Readonly<Record<NotCompared, string>> = {
  expired: 'its bytes were deleted',
  damaged: 'its stored bytes are damaged',
  unmade: 'it has no payload yet',
  'too-many-rows': `more than ${countText(COMPARED_ROWS_MOST)} rows`,
};
