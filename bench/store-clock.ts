import type { DatasetStore } from '../src/ports/index.js';

/** Measures how long any work on a store was under way; what overlaps counts once. */
export class StoreClock {
  ms = 0;
  #underWay = 0;
  #since = 0;

  async during<T>(work: () => Promise<T>): Promise<T> {
    if (this.#underWay === 0) this.#since = performance.now();
    this.#underWay += 1;
    try {
      return await work();
    } finally {
      this.#underWay -= 1;
      if (this.#underWay === 0) this.ms += performance.now() - this.#since;
    }
  }

  /** The same store, with every call that the pipeline makes measured. */
  around(store: DatasetStore): DatasetStore {
    return {
      ...store,
      addPage: (...call) => this.during(() => store.addPage(...call)),
      seal: (...call) => this.during(() => store.seal(...call)),
      put: (...call) => this.during(() => store.put(...call)),
      get: (...call) => this.during(() => store.get(...call)),
    };
  }
}
