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
  const values = new Map<string, Means>();
  return {
    add(group) {
      const name = nameOf(group.dimensions[dimension] ?? null);
      const means = values.get(name) ?? new Means(metrics);
      values.set(name, means);
      means.add(group);
    },
    ranking() {
      const all = [...values].map(([name, means]) => ({ name, rows: means.rows, means: means.means() }));
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

/** A text as it is; what is not one as JSON, so that the number 1 and the text "1" look alike, as they do to a reader. */
function nameOf(value: DimensionValue): string {
  return typeof value === 'string' ? value : value === null ? 'without a value' : String(value);
}
