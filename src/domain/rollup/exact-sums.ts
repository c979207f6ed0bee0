/** Larger ones are not summed: with them a sum could pass the largest double on its way, in one order of rows and not in another. */
const LARGEST = 2 ** 960;

const FIRST_WIDTH = 4;

/**
 * Many sums of doubles, each exact until it is read and then rounded once: whatever the order of the rows, a sum is the
 * same to the last bit. Shewchuk's expansions, as Python's `fsum` has them: what is lost when two doubles are added is
 * itself a double, and is kept.
 */
export class ExactSums {
  /** This many doubles a sum, the smallest first and zeros behind the last. All become wider when one needs more. */
  #width = FIRST_WIDTH;
  #partials: Float64Array;

  constructor(sums: number) {
    this.#partials = new Float64Array(sums * FIRST_WIDTH);
  }

  /** Room for this many; new ones are 0. */
  grow(sums: number): void {
    const larger = new Float64Array(sums * this.#width);
    larger.set(this.#partials);
    this.#partials = larger;
  }

  add(sum: number, value: number): void {
    this.#add(sum, Math.abs(value) <= LARGEST ? value : NaN);
  }

  /** Adds a sum of another set to one of these. */
  addSum(sum: number, others: ExactSums, other: number): void {
    const start = other * others.#width;
    for (let at = start; at < start + others.#width && others.#partials[at] !== 0; at += 1) {
      this.#add(sum, others.#partials[at] ?? 0);
    }
  }

  /** The double that is nearest to the sum; NaN where a value was too large to be summed. */
  value(sum: number): number {
    const start = sum * this.#width;
    const partials = this.#partials;
    let at = start;
    while (at < start + this.#width && partials[at] !== 0) at += 1;
    if (at === start) return 0;
    let total = partials[--at] ?? 0;
    let lost = 0;
    while (at > start && lost === 0) {
      const before = total;
      const partial = partials[--at] ?? 0;
      total = before + partial;
      lost = partial - (total - before);
    }
    // Exactly half-way between two doubles, what is smaller still decides.
    const doubled = total + 2 * lost;
    const isHalf = lost !== 0 && doubled - total === 2 * lost;
    return isHalf && at > start && Math.sign(partials[at - 1] ?? 0) === Math.sign(lost) ? doubled : total;
  }

  #add(sum: number, value: number): void {
    const partials = this.#partials;
    const start = sum * this.#width;
    const end = start + this.#width;
    if (Number.isNaN(partials[start])) return;
    let rest = value;
    let used = start;
    let at = start;
    for (; at < end; at += 1) {
      const partial = partials[at] ?? 0;
      if (partial === 0) break;
      const total = rest + partial;
      // What is lost is found by taking the larger of the two away again.
      const lost = Math.abs(rest) < Math.abs(partial) ? rest - (total - partial) : partial - (total - rest);
      if (lost !== 0) partials[used++] = lost;
      rest = total;
    }
    if (used === end && rest !== 0) {
      this.#widen();
      this.#partials[sum * this.#width + end - start] = rest;
      return;
    }
    if (used < end) partials[used++] = rest;
    while (used < at) partials[used++] = 0;
  }

  #widen(): void {
    const width = 2 * this.#width;
    const wider = new Float64Array((this.#partials.length / this.#width) * width);
    for (let at = 0; at < this.#partials.length; at += 1) {
      wider[Math.floor(at / this.#width) * width + (at % this.#width)] = this.#partials[at] ?? 0;
    }
    this.#width = width;
    this.#partials = wider;
  }
}
