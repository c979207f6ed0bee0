import type { Named } from './legs/leg.js';
import type { Outcome, OutcomeClass } from './outcome.js';

/** One journey, as it is exported and as rows are made of it. Times are whole milliseconds. */
export interface Journey {
  /** Contact id of the root. */
  readonly journeyId: string;
  readonly startMs: number;
  /** End of talk of the leg that ends last, whichever leg it is. */
  readonly endMs: number;
  readonly outcome: Outcome;
  readonly outcomeClass: OutcomeClass;
  /** Its horizon had passed when the legs were read: nothing can be added to it. */
  readonly isFinal: boolean;
  readonly isQueued: boolean;
  readonly isAnswered: boolean;
  /** Queued, not answered, and the customer left in the last leg. */
  readonly isAbandoned: boolean;
  readonly isEscalated: boolean;
  readonly legs: number;
  /** Answered legs. */
  readonly steps: number;
  /** Legs that began after an agent had answered the first. */
  readonly transfers: number;
  readonly waitMs: number;
  /** Agents' time on answered legs and on a callback that reached the customer. */
  readonly talkMs: number;
  readonly channel: Named;
  readonly queue: Named;
  readonly campaign: Named;
  readonly team: Named;
  readonly entryPoint: Named;
}

export const DIMENSIONS = ['channel', 'queue', 'campaign', 'team', 'entryPoint'] as const;
export type Dimension = (typeof DIMENSIONS)[number];

/** Every dimension in a sentence. */
export const DIMENSION_SENTENCES: Readonly<Record<Dimension, string>> = {
  channel: 'Media type of the root.',
  queue: 'Skill of the first leg that was queued; none for a journey that was never queued.',
  campaign: 'Campaign of the first leg that was queued.',
  team: 'Team of the agent who answered last.',
  entryPoint: 'Point of contact of the root; `journeyId` is another name for it.',
};

/** A dimension by its name or its other name; undefined for any other text. */
export function dimensionNamed(name: string): Dimension | undefined {
  return name === 'journeyId' ? 'entryPoint' : DIMENSIONS.find((dimension) => dimension === name);
}

/** Values that a journey may have in a dimension, by its id or its label; of each dimension one has to fit. */
export type JourneyFilter = ReadonlyMap<Dimension, ReadonlySet<string | null>>;

export type FilterReading =
  | { readonly filter: JourneyFilter }
  | { readonly refused: readonly { readonly name: string; readonly reason: string }[] };

/** Reads a request's filter. It is applied to journeys, never to legs: half a journey has another outcome. */
export function readJourneyFilter(asked: Readonly<Record<string, unknown>>): FilterReading {
  const filter = new Map<Dimension, ReadonlySet<string | null>>();
  const refused: { name: string; reason: string }[] = [];
  for (const [name, value] of Object.entries(asked)) {
    const dimension = dimensionNamed(name);
    const values = (Array.isArray(value) ? value : [value]).map(textOf);
    if (dimension === undefined) refused.push({ name, reason: `filters are ${DIMENSIONS.join(', ')}` });
    else if (filter.has(dimension)) refused.push({ name, reason: `${dimension} is filtered twice` });
    else if (values.length === 0 || values.includes(undefined)) {
      refused.push({ name, reason: 'its value is a text, a number, null, or a list of these' });
    } else filter.set(dimension, new Set(values.filter((each) => each !== undefined)));
  }
  return refused.length > 0 ? { refused } : { filter };
}

export function passesFilter(journey: Journey, filter: JourneyFilter): boolean {
  for (const [dimension, values] of filter) {
    const { id, label } = journey[dimension];
    if (!values.has(id) && (label === null || !values.has(label))) return false;
  }
  return true;
}

function textOf(value: unknown): string | null | undefined {
  if (value === null || typeof value === 'string') return value;
  return typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : undefined;
}
