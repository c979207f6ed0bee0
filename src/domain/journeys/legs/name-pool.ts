import type { Named } from './leg.js';

const NOBODY: Named = { id: null, label: null };

/** Numbers for names: a million legs have a few hundred of them. The same id with another label is another number. */
export class NamePool {
  readonly #names: Named[] = [];
  readonly #numbers = new Map<string | null, Map<string | null, number>>();

  constructor() {
    this.numberOf(NOBODY);
  }

  /** The number of a name; 0 is that of nobody. */
  numberOf(name: Named): number {
    let labels = this.#numbers.get(name.id);
    if (labels === undefined) this.#numbers.set(name.id, (labels = new Map<string | null, number>()));
    let number = labels.get(name.label);
    if (number === undefined) {
      number = this.#names.push({ id: name.id, label: name.label }) - 1;
      labels.set(name.label, number);
    }
    return number;
  }

  name(number: number): Named {
    return this.#names[number] ?? NOBODY;
  }

  /** By number 1 where the name is listed, by its id or by its label. */
  listed(names: readonly string[]): Uint8Array {
    const wanted = new Set<string | null>(names);
    return Uint8Array.from(this.#names, ({ id, label }) =>
      (id !== null && wanted.has(id)) || (label !== null && wanted.has(label)) ? 1 : 0,
    );
  }
}
