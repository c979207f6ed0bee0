import { indexDay, type DayIndex } from './day-index.js';
import { DAY_MS } from './journey-draft.js';
import { journeyMaker, type Journey, type JourneyMaker } from './journey.js';
import { endOf, type Leg } from './leg.js';
import type { ReportingSettings } from '../settings.js';

/** What the tenant shows of its contacts at a moment. */
export interface LegBook {
  /** Legs that begin in the window, by start. Nothing is made before it is asked for. */
  window(window: LegWindow): LegSelection;
  /** Journeys that begin on a UTC day, with every leg: the truth, whatever is held back. @param date `YYYY-MM-DD` */
  journeysOf(date: string): Iterable<Journey>;
}

export interface LegWindow {
  readonly fromMs: number;
  readonly toMs: number;
  /** Whether a leg that begins at `toMs` itself belongs to it. */
  readonly endInclusive: boolean;
  readonly nowMs: number;
}

export interface LegSelection {
  readonly total: number;
  /** Legs `[skip, skip + top)`. */
  legs(skip: number, top: number): Iterable<Leg>;
}

/** Days whose index is kept; a million legs a day take 25 MB of it. */
const KEPT_DAYS = 9;
/** Longer than any contact, so that older days need no look at the clock. */
const LONGEST_CONTACT_MS = 2 * DAY_MS;

export function legBook(settings: ReportingSettings): LegBook {
  const maker = journeyMaker(settings);
  const kept = new Map<number, DayIndex>();
  const indexOf = (day: number): DayIndex => {
    const index = kept.get(day) ?? indexDay(day, maker, settings);
    kept.delete(day);
    kept.set(day, index);
    const [oldest] = kept.keys();
    if (kept.size > KEPT_DAYS && oldest !== undefined) kept.delete(oldest);
    return index;
  };
  return {
    window(window) {
      const pieces: Piece[] = [];
      const last = Math.floor((window.toMs - (window.endInclusive ? 0 : 1)) / DAY_MS);
      for (let day = Math.floor(window.fromMs / DAY_MS); day <= last; day += 1) {
        pieces.push(pieceOf(indexOf(day), window, settings));
      }
      return { total: pieces.reduce((sum, { size }) => sum + size, 0), legs: reader(pieces, maker, settings) };
    },
    *journeysOf(date) {
      const day = Date.parse(date) / DAY_MS;
      const isEmpty = settings.emptyDays.includes(date) || (settings.firstDay ?? '') > date;
      for (let number = 0; number < (isEmpty ? 0 : settings.journeysPerDay); number += 1) {
        yield maker.journey(day, number);
      }
    },
  };
}

/** Legs of one day: a range of its index, or positions picked out of it. */
interface Piece {
  readonly index: DayIndex;
  readonly size: number;
  readonly positionOf: (number: number) => number;
}

function pieceOf(index: DayIndex, window: LegWindow, { delayMinutes }: ReportingSettings): Piece {
  const { fromMs, toMs, endInclusive, nowMs } = window;
  const from = firstAtOrAfter(index.starts, fromMs);
  const to = firstAtOrAfter(index.starts, endInclusive ? toMs + 1 : toMs);
  const knownUntil = nowMs - delayMinutes * 60_000;
  if ((index.day + 1) * DAY_MS + LONGEST_CONTACT_MS <= knownUntil) {
    return { index, size: Math.max(0, to - from), positionOf: (number) => from + number };
  }
  const positions: number[] = [];
  for (let position = from; position < to; position += 1) {
    if ((index.ends[position] ?? Infinity) <= knownUntil) positions.push(position);
  }
  return { index, size: positions.length, positionOf: (number) => positions[number] ?? 0 };
}

function firstAtOrAfter(starts: Float64Array, ms: number): number {
  let low = 0;
  let high = starts.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((starts[middle] ?? Infinity) < ms) low = middle + 1;
    else high = middle;
  }
  return low;
}

function reader(pieces: readonly Piece[], maker: JourneyMaker, settings: ReportingSettings): LegSelection['legs'] {
  return function* legs(skip, top) {
    let first = skip;
    let left = top;
    for (const { index, size, positionOf } of pieces) {
      for (; first < size && left > 0; first += 1, left -= 1) {
        const leg = legAt(index, positionOf(first), maker);
        if (leg !== undefined) yield settings.held && leg.restated ? asFirstStated(leg) : leg;
      }
      first = Math.max(0, first - size);
    }
  };
}

function legAt(index: DayIndex, position: number, maker: JourneyMaker): Leg | undefined {
  const { journeyDays, journeyNumbers, places } = index;
  const { legs } = maker.journey(journeyDays[position] ?? 0, journeyNumbers[position] ?? 0);
  return legs[places[position] ?? 0];
}

function asFirstStated(leg: Leg): Leg {
  return { ...leg, acwSeconds: 0, dispositionId: null };
}

/** Milliseconds of the last moment that anything of the leg can change. */
export function lastUpdateOf(leg: Leg): number {
  return endOf(leg) + (leg.late || leg.restated ? DAY_MS : leg.acwSeconds * 1_000);
}
