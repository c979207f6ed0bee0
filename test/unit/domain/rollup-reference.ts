import type { DimensionValue, RollupFigures } from '../../../src/contract/result/rollup.js';

export interface ReferenceRow {
  /** Label, or null. */
  readonly bucket: string | null;
  readonly dimensions: readonly DimensionValue[];
  /** By metric; null without a number. */
  readonly values: readonly (number | null)[];
}

/** Figures as a textbook has them. Of whole numbers, so that any order of adding gives the same. */
export function figuresOf(rows: readonly ReferenceRow[], metric: number, weightMetric?: number): RollupFigures {
  const withValue = rows.filter(({ values }) => values[metric] != null);
  const of = ({ values }: ReferenceRow, place: number): number => values[place] ?? 0;
  const values = withValue.map((row) => of(row, metric));
  const sum = values.reduce((total, value) => total + value, 0);
  const none = values.length === 0;
  const figures = {
    count: values.length,
    nulls: rows.length - values.length,
    sum: none ? null : sum,
    min: none ? null : Math.min(...values),
    max: none ? null : Math.max(...values),
  };
  if (weightMetric === undefined) return { ...figures, mean: none ? null : sum / values.length };
  const weighted = withValue.filter((row) => row.values[weightMetric] != null);
  const weight = weighted.reduce((total, row) => total + of(row, weightMetric), 0);
  const product = weighted.reduce((total, row) => total + of(row, metric) * of(row, weightMetric), 0);
  return { ...figures, mean: weight > 0 ? product / weight : null, weight };
}

/** Groups by what `keyOf` says, in no order. */
export function grouped(
  rows: readonly ReferenceRow[],
  keyOf: (row: ReferenceRow) => unknown,
): ReadonlyMap<string, readonly ReferenceRow[]> {
  const groups = new Map<string, ReferenceRow[]>();
  for (const row of rows) {
    const key = JSON.stringify(keyOf(row));
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return groups;
}
