import type { RollupFigures } from '../../contract/result/rollup.js';
import { ExactSums } from './exact-sums.js';

const FIRST_CELLS = 64;

/** Figures of every metric for every group: a cell each. */
export class RollupCells {
  readonly #metrics: number;
  readonly #weightMetric: number;
  #capacity = FIRST_CELLS;
  #groups = 0;
  #rows: Float64Array = new Float64Array(FIRST_CELLS);
  #counts: Float64Array = new Float64Array(FIRST_CELLS);
  #least: Float64Array = new Float64Array(FIRST_CELLS).fill(Infinity);
  #most: Float64Array = new Float64Array(FIRST_CELLS).fill(-Infinity);
  readonly #sums = new ExactSums(FIRST_CELLS);
  readonly #weighted: ExactSums;
  readonly #weights: ExactSums;

  /** @param weightMetric its place among the metrics; -1 for none */
  constructor(metrics: number, weightMetric: number) {
    this.#metrics = metrics;
    this.#weightMetric = weightMetric;
    this.#weighted = new ExactSums(weightMetric < 0 ? 0 : FIRST_CELLS);
    this.#weights = new ExactSums(weightMetric < 0 ? 0 : FIRST_CELLS);
  }

  get groups(): number {
    return this.#groups;
  }

  rowsOf(group: number): number {
    return this.#rows[group] ?? 0;
  }

  /** An empty group; returns its number. */
  addGroup(): number {
    this.#groups += 1;
    if (this.#groups * this.#metrics > this.#capacity) this.#grow();
    return this.#groups - 1;
  }

  /** @param values of every metric, one a row; NaN where a row has no number */
  addRow(group: number, values: readonly Float64Array[], row: number): void {
    this.#rows[group] = this.rowsOf(group) + 1;
    const weight = this.#weightMetric < 0 ? NaN : (values[this.#weightMetric]?.[row] ?? NaN);
    for (let metric = 0; metric < this.#metrics; metric += 1) {
      const value = values[metric]?.[row] ?? NaN;
      if (Number.isNaN(value)) continue;
      const cell = group * this.#metrics + metric;
      this.#counts[cell] = (this.#counts[cell] ?? 0) + 1;
      if (value < (this.#least[cell] ?? 0)) this.#least[cell] = value;
      if (value > (this.#most[cell] ?? 0)) this.#most[cell] = value;
      this.#sums.add(cell, value);
      if (Number.isNaN(weight)) continue;
      this.#weighted.add(cell, value * weight);
      this.#weights.add(cell, weight);
    }
  }

  /** Adds a group of others to one of these. */
  addOther(group: number, others: RollupCells, other: number): void {
    this.#rows[group] = this.rowsOf(group) + others.rowsOf(other);
    for (let metric = 0; metric < this.#metrics; metric += 1) {
      const cell = group * this.#metrics + metric;
      const from = other * this.#metrics + metric;
      this.#counts[cell] = (this.#counts[cell] ?? 0) + (others.#counts[from] ?? 0);
      this.#least[cell] = Math.min(this.#least[cell] ?? 0, others.#least[from] ?? 0);
      this.#most[cell] = Math.max(this.#most[cell] ?? 0, others.#most[from] ?? 0);
      this.#sums.addSum(cell, others.#sums, from);
      if (this.#weightMetric < 0) continue;
      this.#weighted.addSum(cell, others.#weighted, from);
      this.#weights.addSum(cell, others.#weights, from);
    }
  }

  figures(group: number, metric: number): RollupFigures {
    const cell = group * this.#metrics + metric;
    const count = this.#counts[cell] ?? 0;
    const nulls = this.rowsOf(group) - count;
    const sum = count === 0 ? NaN : this.#sums.value(cell);
    const figures = {
      count,
      nulls,
      sum: known(sum),
      min: known(this.#least[cell] ?? NaN),
      max: known(this.#most[cell] ?? NaN),
    };
    if (this.#weightMetric < 0) return { ...figures, mean: known(sum / count) };
    const weight = this.#weights.value(cell);
    // Weights that add up to nothing, or to less, weigh nothing.
    const mean = weight > 0 ? this.#weighted.value(cell) / weight : NaN;
    return { ...figures, mean: known(mean), weight: known(weight) };
  }

  #grow(): void {
    this.#capacity *= 2;
    this.#rows = grown(this.#rows, this.#capacity, 0);
    this.#counts = grown(this.#counts, this.#capacity, 0);
    this.#least = grown(this.#least, this.#capacity, Infinity);
    this.#most = grown(this.#most, this.#capacity, -Infinity);
    this.#sums.grow(this.#capacity);
    if (this.#weightMetric < 0) return;
    this.#weighted.grow(this.#capacity);
    this.#weights.grow(this.#capacity);
  }
}

function grown(values: Float64Array, length: number, fill: number): Float64Array {
  const larger = new Float64Array(length).fill(fill, values.length);
  larger.set(values);
  return larger;
}

/** JSON has neither NaN nor infinity; and -0 is 0 to everybody who reads a figure. */
function known(value: number): number | null {
  return Number.isFinite(value) ? value + 0 : null;
}
