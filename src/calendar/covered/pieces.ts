import type { WindowFacts } from '../../ports/index.js';
import type { Span } from '../span.js';
import { isCovered, outranks, saysSomething } from './known-window.js';

/** Time that a schedule should have read by now. */
export interface ExpectedSpan extends Span {
  readonly scheduleId: string;
  /** It is its newest one, and overdue. */
  readonly isLate: boolean;
}

/** Time in which one window counts, or that somebody expects. */
export interface Piece extends Span {
  readonly window: WindowFacts | undefined;
  readonly expected: ExpectedSpan | undefined;
}

/**
 * Cuts time where a window or an expectation begins or ends, and says of each piece which window counts there. Pieces are
 * disjoint and in order; between them nothing is known. What cuts a window in two and changes nothing leaves it whole.
 */
export function piecesOf(windows: readonly WindowFacts[], expected: readonly ExpectedSpan[]): readonly Piece[] {
  const known = new Sweep(
    windows.filter(saysSomething).map((window) => ({ start: window.fromMs, end: window.toMs, of: window })),
    outranks,
  );
  const wanted = new Sweep(
    expected.map((span) => ({ start: span.start, end: span.end, of: span })),
    (one, other) => one.isLate && !other.isLate,
  );
  const cuts = [...new Set([...known.cuts(), ...wanted.cuts()])].sort((one, other) => one - other);
  const pieces: Piece[] = [];
  for (const [index, start] of cuts.entries()) {
    const end = cuts[index + 1] ?? start;
    const [window, expects] = [known.at(start), wanted.at(start)];
    // Of what is there nobody asks who expected it, and it would be cut in two where that begins.
    const span = window !== undefined && isCovered(window) ? undefined : expects;
    if (window === undefined && span === undefined) continue;
    const last = pieces.at(-1);
    if (last?.end === start && last.window === window && isAlike(last.expected, span)) {
      pieces[pieces.length - 1] = { ...last, end };
    } else {
      pieces.push({ start, end, window, expected: span });
    }
  }
  return pieces;
}

function isAlike(one: ExpectedSpan | undefined, other: ExpectedSpan | undefined): boolean {
  return one?.scheduleId === other?.scheduleId && one?.isLate === other?.isLate;
}

interface Item<T> extends Span {
  readonly of: T;
}

/** What holds at an instant, asked for in order: of several the one that goes before the others. */
class Sweep<T> {
  readonly #items: readonly Item<T>[];
  readonly #goesBefore: (one: T, other: T) => boolean;
  #next = 0;
  #open: Item<T>[] = [];

  constructor(items: readonly Item<T>[], goesBefore: (one: T, other: T) => boolean) {
    this.#items = items.toSorted((one, other) => one.start - other.start);
    this.#goesBefore = goesBefore;
  }

  cuts(): readonly number[] {
    return this.#items.flatMap(({ start, end }) => [start, end]);
  }

  at(instant: number): T | undefined {
    for (let item = this.#items[this.#next]; item && item.start <= instant; item = this.#items[this.#next]) {
      this.#open.push(item);
      this.#next += 1;
    }
    this.#open = this.#open.filter(({ end }) => end > instant);
    return this.#open
      .map(({ of }) => of)
      .reduce<T | undefined>(
        (best, each) => (best === undefined || this.#goesBefore(each, best) ? each : best),
        undefined,
      );
  }
}
