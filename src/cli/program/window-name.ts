import { instantText, readDateText } from '../../calendar/date-text.js';
import { UsageError } from './errors.js';

/** A window as somebody names it: by its label, or by its bounds, instants in UTC as windows have them. */
export type WindowName = { readonly label: string } | { readonly from: string; readonly to: string };

/**
 * Reads a label as results show it, `2026-11-01`, `2026-11-01..2026-11-07` or with times that have an offset, and
 * `FROM/TO` as instants. Throws `UsageError` for anything else.
 */
export function readWindowName(text: string): WindowName {
  const [, from = '', between, to = ''] = /^([^/]+?)(\.\.|\/)([^/]+)$/.exec(text) ?? [];
  const [start, end] = between === undefined ? [text, text] : [from, to];
  const [first, last] = [readDateText(start), readDateText(end)];
  if (first?.kind === 'instant' && last?.kind === 'instant' && between !== undefined) {
    if (first.instant < last.instant) return { from: instantText(first.instant), to: instantText(last.instant) };
    throw new UsageError(`--window ${text} does not end after it begins`);
  }
  if (isDay(first) && isDay(last) && between !== '/') {
    if (start <= end) return { label: start === end ? start : `${start}..${end}` };
    throw new UsageError(`--window ${text} ends before it begins`);
  }
  throw new UsageError(
    `--window ${text} is not a window: write its label, like 2026-11-01 or 2026-11-01..2026-11-07, ` +
      'or its bounds, like 2026-11-01T00:00:00Z/2026-11-08T00:00:00Z',
  );
}

function isDay(date: ReturnType<typeof readDateText>): boolean {
  return date?.kind === 'label' && date.unit === 'day';
}
