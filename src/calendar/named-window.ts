import type { RunWindow } from '../contract/values/window.js';
import { plusLocal, readDateText } from './date-text.js';
import type { Span } from './span.js';
import { instantOf, openZone } from './zone.js';

/** A stretch of time as somebody names it: days, weeks and months of any zone, or two instants. */
export type NamedWindow = { readonly kind: 'local' | 'instants' } & Span;

/** How a window lies to the stretch that somebody named. */
export type WindowMatch = 'exact' | 'contains' | 'within' | 'overlaps';

/**
 * Reads `2026-11-01`, `2026-11`, `2026-W45`, two of them as `2026-11-01..2026-11-07` (both inclusive), and two instants
 * as `FROM/TO` or `FROM..TO` (half-open). Undefined for anything else; empty where it ends before it begins.
 */
export function readNamedWindow(text: string): NamedWindow | 'empty' | undefined {
  const [, from = '', between, to = ''] = /^([^/]+?)(\.\.|\/)([^/]+)$/.exec(text) ?? [];
  const [first, last] = [
    readDateText(between === undefined ? text : from),
    readDateText(between === undefined ? text : to),
  ];
  if (first?.kind === 'instant' && last?.kind === 'instant' && between !== undefined) {
    return first.instant < last.instant ? { kind: 'instants', start: first.instant, end: last.instant } : 'empty';
  }
  if (first?.kind !== 'label' || last?.kind !== 'label' || between === '/') return undefined;
  const end = plusLocal(last.local, 1, last.unit);
  return first.local < end ? { kind: 'local', start: first.local, end } : 'empty';
}

/** The furthest that the clocks of a zone are from UTC, and a day for good measure. */
const MARGIN_MS = 38 * 3_600_000;

/** Instants outside which nothing that is named lies, whatever the zone. */
export function boundsOf({ kind, start, end }: NamedWindow): Span {
  return kind === 'instants' ? { start, end } : { start: start - MARGIN_MS, end: end + MARGIN_MS };
}

/** How a window lies to it, on the clocks of the window's own zone; undefined where they have no instant in common. */
export function matchOf(
  named: NamedWindow,
  window: Pick<RunWindow, 'from' | 'to' | 'timeZone'>,
): WindowMatch | undefined {
  const { start, end } = spanIn(named, window.timeZone);
  const [from, to] = [Date.parse(window.from), Date.parse(window.to)];
  if (from >= end || to <= start) return undefined;
  if (from === start && to === end) return 'exact';
  if (from <= start && to >= end) return 'contains';
  return from >= start && to <= end ? 'within' : 'overlaps';
}

function spanIn({ kind, start, end }: NamedWindow, timeZone: string): Span {
  const zone = openZone(timeZone);
  if (kind === 'instants' || zone === undefined) return { start, end };
  return { start: instantOf(start, zone).instant, end: instantOf(end, zone).instant };
}
