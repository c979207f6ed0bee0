import { hashText, mix, uniform } from '../../seeded.js';
import { DAY_MS } from './journey-draft.js';
import type { JourneyMaker } from './journey.js';
import { SLOW_DAYS, SLOW_KINDS } from './kinds.js';
import { endOf, type Leg } from './leg.js';
import type { ReportingSettings } from '../settings.js';

/** The legs that begin on one UTC day, by start: where each is to be made again from, a few bytes a leg. */
export interface DayIndex {
  readonly day: number;
  readonly starts: Float64Array;
  readonly ends: Float64Array;
  readonly journeyDays: Uint32Array;
  readonly journeyNumbers: Uint32Array;
  readonly places: Uint8Array;
}

/** Legs of phone journeys begin within three hours of the root, but for the kind that is there to be late. */
const LATE_IN_THE_DAY = 20 / 24;
const SEEN = hashText('seen by this key');
/** A position stands in the low bits of a sort key, a start's milliseconds above it: 53 bits in all. */
const POSITIONS = 2 ** 26;

export function indexDay(day: number, maker: JourneyMaker, settings: ReportingSettings): DayIndex {
  const found = new LegList();
  const startOfDay = day * DAY_MS;
  for (let back = 0; back <= SLOW_DAYS; back += 1) {
    const journeyDay = day - back;
    const journeys = journeysOn(journeyDay, settings);
    for (let number = 0; number < journeys; number += 1) {
      if (back > 0 && !reaches(maker, journeyDay, number, back)) continue;
      const { legs } = maker.journey(journeyDay, number);
      for (const [place, leg] of legs.entries()) {
        const offset = leg.startMs - startOfDay;
        if (offset >= 0 && offset < DAY_MS && isShown(leg, settings)) found.add(offset, leg, journeyDay, number, place);
      }
    }
  }
  return found.sorted(day);
}

/** Whether a journey of an earlier day may have a leg on this one: most need not be made to know that they have none. */
function reaches(maker: JourneyMaker, day: number, number: number, back: number): boolean {
  const kind = maker.kindOf(day, number);
  if (SLOW_KINDS.has(kind)) return true;
  return back === 1 && (kind === 'late-transfer' || maker.startShare(day, number) > LATE_IN_THE_DAY);
}

function journeysOn(day: number, { journeysPerDay, firstDay, emptyDays }: ReportingSettings): number {
  const date = new Date(day * DAY_MS).toISOString().slice(0, 10);
  return (firstDay !== undefined && date < firstDay) || emptyDays.includes(date) ? 0 : journeysPerDay;
}

function isShown({ late, contactId }: Leg, { held, visible }: ReportingSettings): boolean {
  if (held && late) return false;
  return visible === 1 || uniform(mix(SEEN, hashText(contactId))) < visible;
}

/** Grows by doubling, as plain arrays of a million numbers would not in this little memory. */
class LegList {
  #keys = new Float64Array(1_024);
  #ends = new Float64Array(1_024);
  #days = new Uint32Array(1_024);
  #numbers = new Uint32Array(1_024);
  #places = new Uint8Array(1_024);
  #count = 0;

  add(offset: number, leg: Leg, journeyDay: number, number: number, place: number): void {
    if (this.#count === this.#keys.length) this.#grow();
    const at = this.#count;
    this.#keys[at] = offset * POSITIONS + at;
    this.#ends[at] = endOf(leg);
    this.#days[at] = journeyDay;
    this.#numbers[at] = number;
    this.#places[at] = place;
    this.#count += 1;
  }

  sorted(day: number): DayIndex {
    const keys = this.#keys.slice(0, this.#count).sort();
    const order = Array.from(keys, (key) => key % POSITIONS);
    const take = <A extends Float64Array | Uint32Array | Uint8Array>(target: A, from: A): A => {
      for (const [to, position] of order.entries()) target[to] = from[position] ?? 0;
      return target;
    };
    return {
      day,
      starts: keys.map((key) => day * DAY_MS + Math.floor(key / POSITIONS)),
      ends: take(new Float64Array(this.#count), this.#ends),
      journeyDays: take(new Uint32Array(this.#count), this.#days),
      journeyNumbers: take(new Uint32Array(this.#count), this.#numbers),
      places: take(new Uint8Array(this.#count), this.#places),
    };
  }

  #grow(): void {
    const size = this.#count * 2;
    const keys = new Float64Array(size);
    keys.set(this.#keys);
    const ends = new Float64Array(size);
    ends.set(this.#ends);
    const days = new Uint32Array(size);
    days.set(this.#days);
    const numbers = new Uint32Array(size);
    numbers.set(this.#numbers);
    const places = new Uint8Array(size);
    places.set(this.#places);
    [this.#keys, this.#ends, this.#days, this.#numbers, this.#places] = [keys, ends, days, numbers, places];
  }
}
