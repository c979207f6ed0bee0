import { LISTED_AT_MOST } from '../../contract/limits.js';
import type { DimensionValue, Rollup, RollupFigures, RollupGroup, RollupTotal } from '../../contract/result/rollup.js';
import { RollupCells } from './rollup-cells.js';
import type { RollupGroups } from './rollup-groups.js';

/** What the numbers in {@link RollupGroups} stand for. */
export interface RollupNames {
  readonly metrics: readonly string[];
  readonly weightMetric?: string;
  readonly dimensions: readonly string[];
  /** Labels of the buckets. */
  readonly labels: readonly string[];
  /** Of every dimension the values, by number. */
  readonly values: readonly (readonly DimensionValue[])[];
}

export type Quartiles = Pick<RollupTotal, 'q1' | 'median' | 'q3'>;

/** What was summed up, to be written: {@link Rollup}. */
export interface RollupReport {
  /** Every group, those with the most rows first. The same rows in another order are the same groups in this order. */
  groups(): IterableIterator<RollupGroup>;
  /** As many groups as fit into this many bytes of JSON (100 at most), and the others together. */
  listed(bytes: number): Rollup;
}

/** @param quartiles of every metric, in their order */
export function rollupReport(groups: RollupGroups, names: RollupNames, quartiles: readonly Quartiles[]): RollupReport {
  const { cells, grouping } = groups;
  const order = inOrder(groups, names);
  const figuresOf = (from: RollupCells, group: number): Record<string, RollupFigures> =>
    Object.fromEntries(names.metrics.map((metric, index) => [metric, from.figures(group, index)]));
  const groupOf = (group: number): RollupGroup => ({
    ...namesOf(groups, names, group),
    rows: cells.rowsOf(group),
    metrics: figuresOf(cells, group),
  });
  const together = (some: readonly number[]): { rows: number; metrics: Record<string, RollupFigures> } => {
    const sum = new RollupCells(names.metrics.length, weightOf(names));
    sum.addGroup();
    for (const group of some) sum.addOther(0, cells, group);
    return { rows: sum.rowsOf(0), metrics: figuresOf(sum, 0) };
  };

  return {
    *groups() {
      for (const group of order) yield groupOf(group);
    },
    listed(bytes) {
      const all = together(order);
      const listed = fitting(
        order.map((group) => () => groupOf(group)),
        bytes,
      );
      const others = order.slice(listed.length);
      const collapsed = [
        ...(grouping === 'dimensions' ? [] : names.dimensions),
        ...(grouping === 'nothing' ? ['bucket'] : []),
      ];
      return {
        rows: all.rows,
        ...(names.weightMetric !== undefined && { weightMetric: names.weightMetric }),
        metrics: Object.fromEntries(
          Object.entries(all.metrics).map(([metric, figures], index) => [
            metric,
            { ...figures, ...(quartiles[index] ?? { q1: null, median: null, q3: null }) },
          ]),
        ),
        groupedBy: [...names.dimensions, 'bucket'].filter((key) => !collapsed.includes(key)),
        ...(collapsed.length > 0 && { collapsed }),
        groupCount: order.length,
        groups: listed,
        ...(others.length > 0 && { other: { groups: others.length, ...together(others) } }),
      };
    },
  };
}

/** The place of the weight metric among the metrics; -1 without one. */
export function weightOf({ metrics, weightMetric }: Pick<RollupNames, 'metrics' | 'weightMetric'>): number {
  return weightMetric === undefined ? -1 : metrics.indexOf(weightMetric);
}

function namesOf(groups: RollupGroups, names: RollupNames, group: number): Pick<RollupGroup, 'bucket' | 'dimensions'> {
  const bucket = groups.bucketOf(group);
  const values = groups
    .dimensionsOf(group)
    .map((value, place) => [names.dimensions[place], names.values[place]?.[value]]);
  const dimensions = Object.fromEntries(values) as Record<string, DimensionValue>;
  return { ...(bucket !== undefined && { bucket: names.labels[bucket] ?? null }), dimensions };
}

/** Most rows first; of as many rows the older bucket, then by the texts of the values. */
function inOrder(groups: RollupGroups, names: RollupNames): readonly number[] {
  const { cells } = groups;
  const texts: string[] = [];
  const textOf = (group: number): string => (texts[group] ??= JSON.stringify(namesOf(groups, names, group).dimensions));
  return Array.from({ length: cells.groups }, (_, group) => group).sort((left, right) => {
    const fewer = cells.rowsOf(right) - cells.rowsOf(left);
    const later = (groups.bucketOf(left) ?? 0) - (groups.bucketOf(right) ?? 0);
    return fewer || later || (textOf(left) < textOf(right) ? -1 : 1);
  });
}

function fitting(groups: readonly (() => RollupGroup)[], bytes: number): readonly RollupGroup[] {
  const listed: RollupGroup[] = [];
  let left = bytes;
  for (const groupAt of groups.slice(0, LISTED_AT_MOST)) {
    const group = groupAt();
    left -= new TextEncoder().encode(JSON.stringify(group)).length + 1;
    if (left < 0) break;
    listed.push(group);
  }
  return listed;
}
