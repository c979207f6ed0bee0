import { hashText, mix, uniform } from '../../seeded.js';
import { at } from './directory.js';
import { JourneyDraft, startShare } from './journey-draft.js';
import { KINDS, WEIGHTS, type JourneyKind } from './kinds.js';
import type { Leg } from './leg.js';
import { SCRIPTS } from './scripts.js';
import type { ReportingSettings } from '../settings.js';

const KIND = hashText('kind');

/** A caller's way through the contact centre. */
export interface Journey {
  readonly kind: JourneyKind;
  /** In the order in which they began; the first is the root, except of an orphan. */
  readonly legs: readonly Leg[];
}

/** The facts that make journeys: settings, read once. */
export interface JourneyMaker {
  /** Cheap: which kind the journey is. */
  kindOf(day: number, number: number): JourneyKind;
  /** Cheap, too: when its root begins, as a share of the day. */
  startShare(day: number, number: number): number;
  /** @param day UTC days since the epoch @param number from 0, below `journeysPerDay` */
  journey(day: number, number: number): Journey;
}

export function journeyMaker(settings: ReportingSettings): JourneyMaker {
  const salt = hashText(settings.seed, 'journeys');
  const kinds = settings.only ?? KINDS;
  const bounds = boundsOf(kinds);
  const total = bounds.at(-1) ?? 0;
  const saltOf = (day: number, number: number): number => mix(mix(salt, day), number);
  const kindOf = (day: number, number: number): JourneyKind => {
    const drawn = uniform(mix(saltOf(day, number), KIND)) * total;
    let position = 0;
    while (drawn >= (bounds[position] ?? Infinity)) position += 1;
    return at(kinds, position);
  };
  return {
    kindOf,
    startShare: (day, number) => startShare(saltOf(day, number)),
    journey(day, number) {
      const kind = kindOf(day, number);
      const draft = new JourneyDraft(saltOf(day, number), day, number, settings);
      SCRIPTS[kind](draft);
      return { kind, legs: draft.legs };
    },
  };
}

/** Where each kind's share of the draw ends. */
function boundsOf(kinds: readonly JourneyKind[]): readonly number[] {
  let sum = 0;
  return kinds.map((kind) => (sum += WEIGHTS[kind]));
}
