import { DateTime } from 'luxon';
import type { WindowFacts } from '../../../src/ports/index.js';

const HOUR_MS = 3_600_000;

/** What the reference says of one hour. */
export interface HourSaid {
  readonly state: string;
  readonly deliveryId: string | null;
}

export interface ReferenceExpectation {
  readonly start: number;
  readonly end: number;
  readonly isLate: boolean;
}

export interface ReferenceCoverage {
  /** By the hour, from the first to the last that anything is known of; null where nobody meant the hour. */
  readonly hours: readonly (HourSaid | null)[];
  readonly completeUpTo: number | null;
  readonly finalUpTo: number | null;
}

/** The rules of coverage, hour by hour: slow, and without a line of the product's. Windows begin and end on full hours. */
export function referenceCoverage(
  windows: readonly WindowFacts[],
  expected: readonly ReferenceExpectation[],
  timeZone: string,
  [start, end]: readonly [number, number],
): ReferenceCoverage {
  const instants = Array.from({ length: (end - start) / HOUR_MS }, (_, index) => start + index * HOUR_MS);
  const said = instants.map((instant) => {
    const own = windows.filter(({ fromMs, toMs }) => fromMs <= instant && instant < toMs);
    return ofWindows(own) ?? ofExpected(expected.filter((each) => each.start <= instant && instant < each.end));
  });
  const days = (from: number, to: number): number => {
    const local = (instant: number): number =>
      instant + DateTime.fromMillis(instant, { zone: timeZone }).offset * 60_000;
    return (local(to) - local(from)) / (24 * HOUR_MS);
  };
  const isWanted = (index: number): boolean => {
    const hour = said[index];
    const instant = instants[index] ?? 0;
    return (
      hour?.covered === true || (hour !== null && expected.some((each) => each.start <= instant && instant < each.end))
    );
  };
  const wanted = instants.map((_, index) => index).filter(isWanted);
  let begins = wanted[0] ?? -1;
  for (const [position, index] of wanted.entries()) {
    const before = wanted[position - 1];
    if (before === undefined) continue;
    if (days((instants[before] ?? 0) + HOUR_MS, instants[index] ?? 0) > 31) {
      begins = index;
      continue;
    }
    for (let gap = before + 1; gap < index; gap += 1)
      said[gap] ??= { state: 'missing', deliveryId: null, covered: false };
  }
  const upTo = (holds: (hour: Said) => boolean): number | null => {
    let index = begins;
    for (let hour = said[index]; hour && holds(hour); hour = said[index]) index += 1;
    return begins < 0 || index === begins ? null : start + index * HOUR_MS;
  };
  return {
    hours: said.map((hour) => hour && { state: hour.state, deliveryId: hour.deliveryId }),
    completeUpTo: upTo(({ covered }) => covered),
    finalUpTo: upTo(({ covered, provisional }) => covered && provisional !== true),
  };
}

interface Said extends HourSaid {
  readonly covered: boolean;
  readonly provisional?: boolean;
}

function ofWindows(windows: readonly WindowFacts[]): Said | null {
  const delivered = windows.filter(({ revision }) => revision !== null);
  const [newest] = delivered.toSorted(
    (one, other) => (other.claimedAtMs ?? 0) - (one.claimedAtMs ?? 0) || (one.deliveryId < other.deliveryId ? 1 : -1),
  );
  if (newest) {
    const { deliveryId, reading } = newest;
    return { state: deliveredState(newest), deliveryId, covered: true, provisional: reading === 'provisional' };
  }
  for (const [state, holds] of UNDELIVERED) {
    const [best] = windows.filter(holds).toSorted((one, other) => (one.deliveryId < other.deliveryId ? 1 : -1));
    if (best) return { state, deliveryId: best.deliveryId, covered: false };
  }
  return null;
}

const FAILED: readonly unknown[] = ['failed', 'terminated', 'timed-out'];
const UNDELIVERED: readonly (readonly [string, (window: WindowFacts) => boolean])[] = [
  ['running', ({ outcome }) => outcome === null],
  ['undelivered', ({ outcome }) => outcome !== null && outcome !== 'cancelled' && !FAILED.includes(outcome)],
  ['failed', ({ outcome }) => FAILED.includes(outcome)],
];

function deliveredState({ revision, newestRevision, reading, rows, corrections, outcome }: WindowFacts): string {
  if (newestRevision !== revision && outcome !== null) return 'undelivered';
  if (reading === 'not-at-source') return 'not-at-source';
  if (reading === 'provisional') return 'provisional';
  if (rows === 0) return 'empty';
  return corrections === 0 ? 'delivered' : 'corrected';
}

function ofExpected(expected: readonly ReferenceExpectation[]): Said | null {
  if (expected.length === 0) return null;
  return { state: expected.some(({ isLate }) => isLate) ? 'late' : 'missing', deliveryId: null, covered: false };
}
