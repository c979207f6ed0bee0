import type { Journey } from './journey.js';
import { OUTCOMES, type Outcome, type OutcomeClass } from './outcome.js';
import { bucketFinder, type BucketBounds } from './rows/journey-rows.js';

/** Ids of an outcome, to be looked up one by one. */
const LISTED_IDS = 10;

export interface OutcomeDetails {
  readonly outcome: Outcome;
  readonly outcomeClass: OutcomeClass;
  readonly journeys: number;
  /** Of roots; the same ones each time, spread over the window. */
  readonly contactIds: readonly string[];
}

export interface BucketDetails {
  readonly bucket: string;
  /** Journeys that may still change. */
  readonly open: number;
  readonly outcomes: Readonly<Partial<Record<Outcome, number>>>;
}

interface Tally {
  outcomeClass: OutcomeClass;
  journeys: number;
  /** The ids with the smallest hashes. */
  ids: { readonly hash: number; readonly id: string }[];
}

/** Counts what became of journeys, by outcome and by bucket. */
export class JourneyDetails {
  readonly #outcomes = new Map<Outcome, Tally>();
  readonly #buckets: { open: number; outcomes: Partial<Record<Outcome, number>> }[];
  readonly #bucketOf: (instantMs: number) => number;
  readonly #labels: readonly string[];

  constructor({ starts, labels }: BucketBounds) {
    this.#labels = labels;
    this.#buckets = labels.map(() => ({ open: 0, outcomes: {} }));
    this.#bucketOf = bucketFinder(starts);
  }

  add({ journeyId, startMs, outcome, outcomeClass, isFinal }: Journey): void {
    let tally = this.#outcomes.get(outcome);
    if (tally === undefined) this.#outcomes.set(outcome, (tally = { outcomeClass, journeys: 0, ids: [] }));
    tally.journeys += 1;
    keepSmallest(tally.ids, { hash: hashOf(journeyId), id: journeyId });
    const bucket = this.#buckets[this.#bucketOf(startMs)];
    if (bucket === undefined) return;
    if (!isFinal) bucket.open += 1;
    bucket.outcomes[outcome] = (bucket.outcomes[outcome] ?? 0) + 1;
  }

  /** In the order in which outcomes are looked for. */
  outcomes(): readonly OutcomeDetails[] {
    return OUTCOMES.flatMap(({ outcome }) => {
      const tally = this.#outcomes.get(outcome);
      if (tally === undefined) return [];
      const { outcomeClass, journeys, ids } = tally;
      return [{ outcome, outcomeClass, journeys, contactIds: ids.map(({ id }) => id) }];
    });
  }

  buckets(): readonly BucketDetails[] {
    return this.#buckets.map((each, bucket) => ({ bucket: this.#labels[bucket] ?? '', ...each }));
  }
}

function keepSmallest(ids: Tally['ids'], candidate: Tally['ids'][number]): void {
  const last = ids.at(-1);
  if (ids.length >= LISTED_IDS && last !== undefined && candidate.hash >= last.hash) return;
  const place = ids.findIndex(({ hash }) => candidate.hash < hash);
  ids.splice(place === -1 ? ids.length : place, 0, candidate);
  if (ids.length > LISTED_IDS) ids.pop();
}

/** FNV-1a: spreads ids that follow one another. */
function hashOf(id: string): number {
  let hash = 2_166_136_261;
  for (let at = 0; at < id.length; at += 1) hash = Math.imul(hash ^ id.charCodeAt(at), 16_777_619);
  return hash >>> 0;
}
