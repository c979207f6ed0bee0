interface Waiter {
  readonly wanted: number;
  readonly enter: () => void;
}

/** Gives places back, all but those to keep. Who has none left gives none back. */
export type GiveBack = (keep?: number) => void;

/**
 * Places that are taken for a while: connections, bytes. First come, first served, so that who wants many of them is not
 * overtaken for ever by those who want few. Who wants more than there are gets all of them.
 */
export class Slots {
  #free: number;
  readonly #queue: Waiter[] = [];

  constructor(readonly places: number) {
    this.#free = places;
  }

  /** Waits for its turn; the signal ends the wait. */
  async take(wanted: number, signal: AbortSignal): Promise<GiveBack> {
    signal.throwIfAborted();
    const atOnce = this.tryTake(wanted);
    if (atOnce) return atOnce;
    const taken = Math.min(wanted, this.places);
    await this.#wait(taken, signal);
    return this.#giveBack(taken);
  }

  /** Takes them if they are free and nobody waits; undefined otherwise. */
  tryTake(wanted: number): GiveBack | undefined {
    const taken = Math.min(wanted, this.places);
    if (this.#queue.length > 0 || taken > this.#free) return undefined;
    this.#free -= taken;
    return this.#giveBack(taken);
  }

  #giveBack(taken: number): GiveBack {
    let left = taken;
    return (keep = 0) => {
      if (keep >= left) return;
      this.#free += left - keep;
      left = keep;
      this.#admit();
    };
  }

  #wait(wanted: number, signal: AbortSignal): Promise<void> {
    return new Promise<void>((resolve, reject) => {
      const waiter: Waiter = {
        wanted,
        enter: () => {
          signal.removeEventListener('abort', leave);
          resolve();
        },
      };
      const leave = (): void => {
        this.#queue.splice(this.#queue.indexOf(waiter), 1);
        this.#admit();
        reject(signal.reason instanceof Error ? signal.reason : new Error('aborted', { cause: signal.reason }));
      };
      signal.addEventListener('abort', leave, { once: true });
      this.#queue.push(waiter);
    });
  }

  #admit(): void {
    for (let [first] = this.#queue; first && first.wanted <= this.#free; [first] = this.#queue) {
      this.#queue.shift();
      this.#free -= first.wanted;
      first.enter();
    }
  }
}
