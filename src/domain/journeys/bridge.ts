import type { JoinedJourneys } from './join-journeys.js';
import type { LegTable } from './legs/leg-table.js';
import type { Named } from './legs/leg.js';

/** Legs of a window that were offered to a queue, each under the first line that fits, and the journeys they make. */
export interface OfferedCounts {
  readonly offered: number;
  readonly outbound: number;
  readonly refused: number;
  /** Of a journey that began before the window, or of none. */
  readonly otherDay: number;
  /** Offered again within a journey. */
  readonly transfers: number;
  readonly shortAbandons: number;
  readonly outsideHours: number;
  /** Journeys without such a leg in the window: they ended in self-service, or were queued after it. */
  readonly neverQueued: number;
  readonly journeys: number;
  readonly queues: readonly (Named & { readonly offered: number })[];
}

/** What CXone says of one skill over the same window. */
export type QueueTotal = Named & { readonly offered: number };

export interface Bridge {
  /** From what CXone offered to our journeys, signed; the last line is what nothing explains. */
  readonly lines: readonly { readonly line: BridgeLine; readonly contacts: number }[];
  readonly queues: readonly (Named & {
    readonly offered: number;
    readonly counted: number;
    readonly difference: number;
  })[];
  readonly unexplained: number;
  /** Beyond the tolerance. */
  readonly isOff: boolean;
}

const MINUS = ['transfers', 'refused', 'otherDay', 'shortAbandons', 'outsideHours', 'outbound'] as const;
export type BridgeLine = 'offered' | (typeof MINUS)[number] | 'neverQueued' | 'journeys' | 'unexplained';

export function countOffered(legs: LegTable, joined: JoinedJourneys): OfferedCounts {
  const counts = { offered: 0, outbound: 0, refused: 0, otherDay: 0 };
  const queues = new Map<string | null, Named & { offered: number }>();
  /** By root, its offered legs of the window that are neither outbound nor refused. */
  const offers = new Map<number, number>();
  for (let row = 0; row < legs.count; row += 1) {
    if (!joined.isOfWindow(row) || !isOffered(legs, row)) continue;
    counts.offered += 1;
    const name = legs.pools.queue.name(legs.nameNumber('queue', row));
    queues.set(name.id, { ...name, offered: (queues.get(name.id)?.offered ?? 0) + 1 });
    const root = joined.rootOf(row);
    if (legs.has(row, 'outbound') || (root !== -1 && legs.has(root, 'outbound'))) counts.outbound += 1;
    else if (legs.has(row, 'refused')) counts.refused += 1;
    else if (root === -1 || !joined.isOfWindow(root)) counts.otherDay += 1;
    else offers.set(root, (offers.get(root) ?? 0) + 1);
  }
  return { ...counts, ...journeyCounts(joined, offers), queues: [...queues.values()] };
}

/** Shards of one window together. */
export function addOffered(one: OfferedCounts, other: OfferedCounts): OfferedCounts {
  const queues = new Map(one.queues.map((each) => [each.id, each]));
  for (const each of other.queues) {
    queues.set(each.id, { ...each, offered: each.offered + (queues.get(each.id)?.offered ?? 0) });
  }
  return {
    offered: one.offered + other.offered,
    outbound: one.outbound + other.outbound,
    refused: one.refused + other.refused,
    otherDay: one.otherDay + other.otherDay,
    transfers: one.transfers + other.transfers,
    shortAbandons: one.shortAbandons + other.shortAbandons,
    outsideHours: one.outsideHours + other.outsideHours,
    neverQueued: one.neverQueued + other.neverQueued,
    journeys: one.journeys + other.journeys,
    queues: [...queues.values()],
  };
}

/** @param tolerance as a part of what CXone offered, 0.01 for one in a hundred */
export function buildBridge(counts: OfferedCounts, totals: readonly QueueTotal[], tolerance: number): Bridge {
  const offered = totals.reduce((sum, total) => sum + total.offered, 0);
  const expected = MINUS.reduce((left, line) => left - counts[line], offered) + counts.neverQueued;
  const unexplained = counts.journeys - expected;
  return {
    lines: [
      { line: 'offered', contacts: offered },
      ...MINUS.map((line) => ({ line, contacts: 0 - counts[line] })),
      { line: 'neverQueued', contacts: counts.neverQueued },
      { line: 'journeys', contacts: counts.journeys },
      { line: 'unexplained', contacts: unexplained },
    ],
    queues: compareQueues(counts, totals),
    unexplained,
    isOff: Math.abs(unexplained) > tolerance * offered,
  };
}

function journeyCounts(
  joined: JoinedJourneys,
  offers: ReadonlyMap<number, number>,
): Pick<OfferedCounts, 'transfers' | 'shortAbandons' | 'outsideHours' | 'neverQueued' | 'journeys'> {
  const counts = { transfers: 0, shortAbandons: 0, outsideHours: 0, neverQueued: 0, journeys: 0 };
  for (const root of joined.roots()) {
    const times = offers.get(root) ?? 0;
    const { outcome, outcomeClass } = joined.journeyAt(root);
    counts.transfers += Math.max(0, times - 1);
    if (outcomeClass !== 'excluded') counts.journeys += 1;
    if (outcomeClass !== 'excluded' && times === 0) counts.neverQueued += 1;
    if (outcomeClass === 'excluded' && times > 0)
      counts[outcome === 'short-abandon' ? 'shortAbandons' : 'outsideHours'] += 1;
  }
  return counts;
}

/** A contact has a skill once it was offered to it: a customer who leaves in a menu has none. */
function isOffered(legs: LegTable, row: number): boolean {
  return legs.nameNumber('queue', row) !== 0;
}

/** Largest difference first, then by id. */
function compareQueues(counts: OfferedCounts, totals: readonly QueueTotal[]): Bridge['queues'] {
  const queues = new Map(
    counts.queues.map(({ id, label, offered }) => [id, { id, label, offered: 0, counted: offered }]),
  );
  for (const { id, label, offered } of totals) {
    const known = queues.get(id) ?? { id, label, offered: 0, counted: 0 };
    queues.set(id, { ...known, label: label ?? known.label, offered: known.offered + offered });
  }
  return [...queues.values()]
    .map((queue) => ({ ...queue, difference: queue.counted - queue.offered }))
    .sort((left, right) => {
      const larger = Math.abs(right.difference) - Math.abs(left.difference);
      return larger === 0 ? ((left.id ?? '') < (right.id ?? '') ? -1 : 1) : larger;
    });
}
