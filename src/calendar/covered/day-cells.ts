import type { WindowState } from '../../contract/closed-sets.js';
import type { SeriesCoverage, WindowListing } from '../../contract/result/coverage.js';
import { labelOfLocal } from '../date-text.js';
import { unitsFrom } from '../units.js';
import { zoneNamed } from '../windows.js';

/** A calendar day of a series. */
export interface DayCell {
  /** `2026-11-01`. */
  readonly day: string;
  /** What of it most needs to be looked at. */
  readonly window: WindowListing;
}

/** What is looked at first, first. */
const URGENCY: readonly WindowState[] = [
  ...(['failed', 'undelivered', 'late', 'missing', 'running'] as const),
  ...(['provisional', 'not-at-source', 'empty', 'corrected', 'delivered'] as const),
];
const DAY_MS = 86_400_000;

/**
 * The days of a series, in its own zone, oldest first; without those that nothing is known of.
 * @param from first day, and `to` the one after the last
 */
export function dayCells(
  { timeZone, windows }: Pick<SeriesCoverage, 'timeZone' | 'windows'>,
  { from, to }: { readonly from: string; readonly to: string },
): readonly DayCell[] {
  const zone = zoneNamed(timeZone, 'timeZone');
  const [earliest, latest] = [Date.parse(from) - 2 * DAY_MS, Date.parse(to) + 2 * DAY_MS];
  const cells = new Map<string, WindowListing>();
  for (const window of windows) {
    const end = Math.min(Date.parse(window.to), latest);
    for (const unit of unitsFrom(Math.max(Date.parse(window.from), earliest), 'day', zone)) {
      if (unit.start >= end) break;
      const day = labelOfLocal(unit.local, 'day');
      const before = cells.get(day);
      if (day < from || day >= to || (before && urgency(before) <= urgency(window))) continue;
      cells.set(day, window);
    }
  }
  return [...cells].map(([day, window]) => ({ day, window })).sort((one, other) => (one.day < other.day ? -1 : 1));
}

function urgency({ state }: WindowListing): number {
  return URGENCY.indexOf(state);
}
