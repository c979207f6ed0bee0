import { readDateText } from '../../calendar/date-text.js';
import { instantOf } from '../../calendar/zone.js';
import { zoneNamed } from '../../calendar/windows.js';
import type { CurrentRevision } from '../../records/ledger/current-revisions.js';
import { UsageError } from '../program/errors.js';

export interface SeriesFilter {
  readonly series: string;
  readonly org?: string;
  readonly destination?: string;
  /** Windows that end after it; a day is one in the window's own zone. */
  readonly from?: string;
  /** Windows that begin before it. */
  readonly to?: string;
}

export interface ChosenWindows {
  readonly delivered: readonly CurrentRevision[];
  readonly undelivered: readonly CurrentRevision[];
  /** Of the delivered ones: those with time outside of `from` and `to`. */
  readonly beyond: readonly CurrentRevision[];
}

/** @throws UsageError where there is nothing to write, or the windows of several receivers would be written as one */
export function chooseWindows(all: readonly CurrentRevision[], filter: SeriesFilter): ChosenWindows {
  const { series, org, destination, from, to } = filter;
  const [start, end] = [boundOf('--from', from), boundOf('--to', to)];
  const asked = all
    .filter((each) => org === undefined || each.org === org)
    .filter((each) => destination === undefined || each.destination === destination)
    .filter(({ window }) => Date.parse(window.to) > start(window, -Infinity))
    .filter(({ window }) => Date.parse(window.from) < end(window, Infinity));
  refuseSeveral('--org', series, new Set(asked.map((each) => each.org)));
  refuseSeveral('--destination', series, new Set(asked.map((each) => each.destination)));
  const delivered = asked.filter(({ deliveredAt }) => deliveredAt !== null);
  if (delivered.length === 0) {
    const known = all.length === 0 ? 'the records have no such series' : `the series has ${all.length} in all`;
    throw new UsageError(`no delivered window of the series ${series} was found: ${known}`);
  }
  return {
    delivered,
    undelivered: asked.filter(({ deliveredAt }) => deliveredAt === null),
    beyond: delivered.filter(
      ({ window }) =>
        Date.parse(window.from) < start(window, -Infinity) || Date.parse(window.to) > end(window, Infinity),
    ),
  };
}

/** Pairs of windows that share time: what is in one is in the other, too. */
export function overlapsIn(
  revisions: readonly CurrentRevision[],
): readonly (readonly [CurrentRevision, CurrentRevision])[] {
  const pairs: (readonly [CurrentRevision, CurrentRevision])[] = [];
  let widest: CurrentRevision | undefined;
  // In the order of their beginnings: whatever overlaps anything overlaps the one that reaches furthest.
  for (const each of revisions) {
    if (widest && Date.parse(each.window.from) < Date.parse(widest.window.to)) pairs.push([widest, each]);
    if (!widest || Date.parse(each.window.to) > Date.parse(widest.window.to)) widest = each;
  }
  return pairs;
}

type Bound = (window: CurrentRevision['window'], otherwise: number) => number;

function boundOf(option: string, text: string | undefined): Bound {
  if (text === undefined) return (_window, otherwise) => otherwise;
  const date = readDateText(text);
  if (date === undefined) {
    throw new UsageError(`${option} ${text} is no date: write a day like 2026-11-01, or an instant`);
  }
  if (date.kind === 'instant') return () => date.instant;
  return ({ timeZone }) => instantOf(date.local, zoneNamed(timeZone, option)).instant;
}

function refuseSeveral(option: string, series: string, names: ReadonlySet<string>): void {
  if (names.size < 2) return;
  throw new UsageError(
    `the series ${series} is there for ${[...names].sort().join(', ')}: name one with ${option}, or rows would be written twice`,
  );
}
