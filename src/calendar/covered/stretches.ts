import type { Zone } from 'luxon';
import type { WindowState } from '../../contract/closed-sets.js';
import type { WindowFacts } from '../../ports/index.js';
import type { Span } from '../span.js';
import { localOf } from '../zone.js';
import { isCovered, stateOfWindow } from './known-window.js';
import { piecesOf, type ExpectedSpan, type Piece } from './pieces.js';

const DAY_MS = 86_400_000;
/** Covered spans that are further apart belong to two stretches: nobody meant what is between them. */
const APART_MOST_DAYS = 31;

/** Time of one state. */
export interface CoveredSpan extends Span {
  readonly state: WindowState;
  /** The window that counts there; undefined for a gap. */
  readonly window?: WindowFacts | undefined;
  /** The schedule that should have read it. */
  readonly scheduleId?: string | undefined;
}

export interface Stretch extends Span {
  /** Its figures are at the destination up to here without a gap; undefined where they do not even begin. */
  readonly completeUpTo?: number;
  /** The same of figures that change no more unless the source is corrected. */
  readonly finalUpTo?: number;
}

export interface SeriesCoverage {
  /** Disjoint, in order. */
  readonly spans: readonly CoveredSpan[];
  /** Oldest first. */
  readonly stretches: readonly Stretch[];
}

/**
 * Which time a series has at a destination. Coverage is of time: of windows that share some, the one that counts there is
 * taken. What lies between covered or expected spans is missing, unless they are further apart than 31 days of the zone.
 */
export function coverTime(
  windows: readonly WindowFacts[],
  expected: readonly ExpectedSpan[],
  zone: Zone,
): SeriesCoverage {
  const pieces = piecesOf(windows, expected);
  const spans: CoveredSpan[] = [];
  const stretches: CoveredSpan[][] = [];
  /** Pieces that nobody expects, after the last anchor: they are of its stretch if another anchor follows soon enough. */
  let loose: Piece[] = [];
  for (const piece of pieces) {
    if (!isAnchor(piece)) {
      loose.push(piece);
      continue;
    }
    const own = stretches.at(-1);
    const last = own?.at(-1);
    if (own === undefined || last === undefined || daysBetween(last.end, piece.start, zone) > APART_MOST_DAYS) {
      spans.push(...loose.map(spanOf));
      stretches.push([spanOf(piece)]);
      spans.push(spanOf(piece));
    } else {
      const filled = withGaps(last.end, [...loose, piece]);
      own.push(...filled);
      spans.push(...filled);
    }
    loose = [];
  }
  return { spans: [...spans, ...loose.map(spanOf)], stretches: stretches.map(stretchOf) };
}

function isAnchor({ window, expected }: Piece): boolean {
  return expected !== undefined || (window !== undefined && isCovered(window));
}

function daysBetween(from: number, to: number, zone: Zone): number {
  return from === to ? 0 : (localOf(to, zone) - localOf(from, zone)) / DAY_MS;
}

function spanOf({ start, end, window, expected }: Piece): CoveredSpan {
  const state = window === undefined ? (expected?.isLate === true ? 'late' : 'missing') : stateOfWindow(window);
  return { start, end, state, window, scheduleId: expected?.scheduleId };
}

function withGaps(from: number, pieces: readonly Piece[]): CoveredSpan[] {
  let end = from;
  return pieces.flatMap((piece) => {
    const gap = piece.start > end ? [{ start: end, end: piece.start, state: 'missing' as const }] : [];
    end = piece.end;
    return [...gap, spanOf(piece)];
  });
}

function stretchOf(spans: readonly CoveredSpan[]): Stretch {
  const completeUpTo = endWhile(spans, ({ window }) => window !== undefined && isCovered(window));
  const finalUpTo = endWhile(
    spans,
    ({ window }) => window !== undefined && isCovered(window) && window.reading !== 'provisional',
  );
  const [first, last] = [spans[0], spans.at(-1)];
  return {
    start: first?.start ?? 0,
    end: last?.end ?? 0,
    ...(completeUpTo !== undefined && { completeUpTo }),
    ...(finalUpTo !== undefined && { finalUpTo }),
  };
}

/** Where the first of the spans end for which it holds; undefined where it holds for none. */
function endWhile(spans: readonly CoveredSpan[], holds: (span: CoveredSpan) => boolean): number | undefined {
  const stop = spans.findIndex((span) => !holds(span));
  return spans[(stop === -1 ? spans.length : stop) - 1]?.end;
}
