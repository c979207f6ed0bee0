import { hashText, mix, uniform } from '../../simulator/seeded.js';

/** Chance that comes again: the same seed and number give the same draws, on every machine. */
export class Chance {
  readonly #stream: number;
  #draws = 0;

  constructor(seed: string, number: number) {
    this.#stream = mix(hashText(seed), number);
  }

  /** A whole number from 0 up to below `count`. */
  below(count: number): number {
    this.#draws += 1;
    return Math.floor(uniform(mix(this.#stream, this.#draws)) * count);
  }

  odds(chances: number, of: number): boolean {
    return this.below(of) < chances;
  }

  pick<T extends string | number | object>(choices: readonly T[]): T {
    const choice = choices[this.below(choices.length)];
    if (choice === undefined) throw new RangeError('there is nothing to pick from');
    return choice;
  }

  /** So many results of `make`, from `fewest` to `most`. */
  several<T>(fewest: number, most: number, make: (index: number) => T): T[] {
    return Array.from({ length: fewest + this.below(most - fewest + 1) }, (_, index) => make(index));
  }
}
