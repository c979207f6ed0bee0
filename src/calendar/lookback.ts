import type { Zone } from 'luxon';
import { unitsBefore } from './units.js';
import type { Span } from './span.js';
import { REPEATING_WINDOWS, WindowError } from './windows.js';

/**
 * The window that a relative name means, and the ones before it, newest first. Only whole days, weeks and months have
 * ones before them that do not overlap. Throws {@link WindowError} at `window.relative`.
 * @param count how many in all
 * @param anchor the instant that windows count from, in milliseconds
 */
export function lookbackWindows(relative: string, count: number, anchor: number, zone: Zone): readonly Span[] {
  const unit = REPEATING_WINDOWS.get(relative);
  if (unit === undefined) {
    const known = [...REPEATING_WINDOWS.keys()].join(', ');
    throw new WindowError('window.relative', `"${relative}" cannot look back: with lookback, use one of ${known}`);
  }
  const units = unitsBefore(anchor, unit, zone);
  return Array.from({ length: count }, () => units.next().value);
}
