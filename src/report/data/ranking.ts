import type { DimensionValue, Rollup, RollupGroup } from '../../contract/result/rollup.js';
import { Means } from '../charts/bucket-series.js';

/** A value of the first dimension, over the whole window. */
export interface Ranked {
  readonly name: string;
  readonly rows: number;
  /** Metric by metric, in their order. */
  readonly means: readonly (number | null)[];
}

export interface Ranking {
  readonly dimension: string;
  /** By the first metric, the greatest first. Those without a number are in neither list. */
  readonly top: readonly Ranked[];
  /** The least first; none of them is at the top, too. */
  readonly bottom: readonly Ranked[];
  /** Values there are, those without a number included. */
  readonly count: number;
}

const AT_AN_END = 10;

/** Whether groups say of which value of the dimension they are. */
export function hasDimension({ groupedBy, collapsed = [] }: Rollup, dimension: string): boolean {
  return groupedBy.includes(dimension) && !collapsed.includes(dimension);
}

/** Puts groups together, value by value. */
export function createRanking(
  dimension: string,
  metrics: readonly string[],
): { add(group: RollupGroup): void; ranking(): Ranking } {
  const values = new Map<string | null, Means>();
  return {
    add(group) {
      const key = keyOf(group.dimensions[dimension] ?? null);
      const means = values.get(key) ?? new Means(metrics);
      values.set(key, means);
      means.add(group);
    },
    ranking() {
      const all = [...values].map(([key, means]) => ({ name: nameOf(key), rows: means.rows, means: means.means() }));
      const ranked = all.filter(({ means }) => typeof means[0] === 'number').sort(byFirstMetric);
      const top = ranked.slice(0, AT_AN_END);
      return { dimension, top, bottom: ranked.slice(top.length).slice(-AT_AN_END).reverse(), count: all.length };
    },
  };
}

/** Of equals the one with more rows first, then by name, so that there is one order. */
function byFirstMetric(one: Ranked, other: Ranked): number {
  const [own, others] = [rankOf(one), rankOf(other)];
  if (own !== others) return own < others ? 1 : -1;
  if (one.rows !== other.rows) return other.rows - one.rows;
  return one.name < other.name ? -1 : 1;
}

/** To twelve digits: what is beyond them is of the adding, and would put equals in an order of its own. */
function rankOf({ means: [mean] }: Ranked): number {
  return Number((mean ?? 0).toPrecision(12));
}

/** As text, so that the number 1 and the text "1" are one, as they are to a reader. */
function keyOf(value: DimensionValue): string | null {
  return value === null ? null : String(value);
}

/** What a reader would not see has a name. */
function nameOf(key: string | null): string {
  if (key === null) return 'without a value';
  return key.trim() === '' ? (key === '' ? '(empty)' : '(blank)') : key;
}
