import { readNamedWindow, type NamedWindow } from '../../calendar/named-window.js';
import { UsageError } from './errors.js';

/**
 * Reads what somebody calls a window: a day, a week, a month, a range of them, or `FROM/TO` as instants. Throws
 * `UsageError` for anything else.
 */
export function readWindowName(text: string): NamedWindow {
  const named = readNamedWindow(text);
  if (named === 'empty') throw new UsageError(`--window ${text} ends before it begins`);
  if (named !== undefined) return named;
  throw new UsageError(
    `--window ${text} is not a window: write a day, a month or a range, like 2026-11-01, 2026-11 or ` +
      '2026-11-01..2026-11-07, or its bounds, like 2026-11-01T00:00:00Z/2026-11-08T00:00:00Z',
  );
}
