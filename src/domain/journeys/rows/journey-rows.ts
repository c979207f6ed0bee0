import { passesFilter, type Dimension, type Journey, type JourneyFilter } from '../journey.js';
import { countJourney, emptyFigures, figureOf, type JourneyFigures } from './journey-figures.js';
import type { MetricInfo } from './metrics.js';

/** Buckets of a window: where each begins, ascending, the first at or before the window; and its label. */
export interface BucketBounds {
  readonly starts: readonly number[] | Float64Array;
  readonly labels: readonly string[];
}

/** A dimension and the key that rows have it under, which is the name that the request used. */
export interface RowDimension {
  readonly key: string;
  readonly dimension: Dimension;
}

export interface JourneyRowsOptions {
  readonly metrics: readonly MetricInfo[];
  readonly dimensions: readonly RowDimension[];
  readonly buckets: BucketBounds;
  readonly filter: JourneyFilter;
  /** Buckets before this one have no row where they have no journey: what they would hold is not known to be zero. */
  readonly firstKnown?: number;
}

export type JourneyRow = Readonly<Record<string, string | number | null>>;

type Key = string | number | null;

interface Group {
  readonly keys: readonly Key[];
  readonly figures: JourneyFigures;
  /** The journey that began last: its labels are those of the row. */
  latest: Journey;
}

interface Node {
  readonly next: Map<Key, Node>;
  group?: Group;
}

/**
 * Journeys by bucket and dimensions. Shards and days are added in any order: every sum is of whole numbers, so the rows
 * are the same to the last bit.
 */
export class JourneyRows {
  readonly #options: JourneyRowsOptions;
  readonly #bucketOf: (instantMs: number) => number;
  readonly #groups: Group[] = [];
  readonly #root: Node = { next: new Map() };
  #open = 0;

  constructor(options: JourneyRowsOptions) {
    this.#options = options;
    this.#bucketOf = bucketFinder(options.buckets.starts);
  }

  /** Journeys that may still change; above 0 the rows are provisional. */
  get openJourneys(): number {
    return this.#open;
  }

  /** @returns whether it counts: inbound, and not filtered out */
  add(journey: Journey): boolean {
    if (journey.outcome === 'outbound' || !passesFilter(journey, this.#options.filter)) return false;
    const group = this.#groupOf(journey);
    if (isLater(journey, group.latest)) group.latest = journey;
    if (!journey.isFinal) this.#open += 1;
    countJourney(group.figures, journey);
    return true;
  }

  /** By bucket, then by the ids of the dimensions. A bucket without journeys has one row: counts are 0, ratios null. */
  rows(): JourneyRow[] {
    const { firstKnown = 0 } = this.#options;
    const empty = new Set([...this.#options.buckets.labels.keys()].slice(firstKnown));
    for (const { keys } of this.#groups) empty.delete(Number(keys[0]));
    const nobody = this.#options.dimensions.map(() => null);
    const rows = this.#groups.map((group) => ({ keys: group.keys, row: this.#row(group.keys, group) }));
    for (const bucket of empty) rows.push({ keys: [bucket, ...nobody], row: this.#row([bucket, ...nobody]) });
    return rows.sort((left, right) => compareKeys(left.keys, right.keys)).map(({ row }) => row);
  }

  #groupOf(journey: Journey): Group {
    const bucket = this.#bucketOf(journey.startMs);
    let node = step(this.#root, bucket);
    for (const { dimension } of this.#options.dimensions) node = step(node, journey[dimension].id);
    if (node.group === undefined) {
      const keys = [bucket, ...this.#options.dimensions.map(({ dimension }) => journey[dimension].id)];
      node.group = { keys, figures: emptyFigures(), latest: journey };
      this.#groups.push(node.group);
    }
    return node.group;
  }

  #row([bucket, ...ids]: readonly Key[], group?: Group): JourneyRow {
    const row: Record<string, string | number | null> = { date: this.#options.buckets.labels[Number(bucket)] ?? null };
    for (const [place, { key, dimension }] of this.#options.dimensions.entries()) {
      row[key] = ids[place] ?? null;
      row[`${key}Label`] = group?.latest[dimension].label ?? null;
    }
    const figures = group?.figures ?? emptyFigures();
    for (const info of this.#options.metrics) row[info.metric] = figureOf(info, figures);
    return row;
  }
}

function step(node: Node, key: Key): Node {
  let next = node.next.get(key);
  if (next === undefined) node.next.set(key, (next = { next: new Map() }));
  return next;
}

function isLater(one: Journey, than: Journey): boolean {
  if (one.startMs !== than.startMs) return one.startMs > than.startMs;
  const longer = one.journeyId.length - than.journeyId.length;
  return longer === 0 ? one.journeyId > than.journeyId : longer > 0;
}

/** Journeys mostly come in the order of time, so the bucket before is tried first. */
export function bucketFinder(starts: BucketBounds['starts']): (instantMs: number) => number {
  let last = 0;
  return (instant) => {
    if ((starts[last] ?? Infinity) <= instant && instant < (starts[last + 1] ?? Infinity)) return last;
    let [low, high] = [0, starts.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((starts[middle] ?? Infinity) <= instant) low = middle;
      else high = middle - 1;
    }
    return (last = low);
  };
}

function compareKeys(left: readonly Key[], right: readonly Key[]): number {
  for (const [place, key] of left.entries()) {
    const other = right[place] ?? null;
    if (key === other) continue;
    if (key === null || other === null) return key === null ? -1 : 1;
    return key < other ? -1 : 1;
  }
  return 0;
}
