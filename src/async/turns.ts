interface Waiter {
  readonly wanted: number;
  readonly enter: () => void;
}

/**
 * Places that are taken for a while: connections, bytes. First come, first served, so that who wants many of them is not
 * overtaken for ever by those who want few. Who wants more than there are gets all of them.
 */
export class Turns {
  #free: number;
  readonly #queue: Waiter[] = [];

  constructor(readonly places: number) {
    this.#free = places;
  }

  /** Waits for its turn; the signal ends the wait. @returns gives the places back; a second call does nothing */
  async take(wanted: number, signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted();
    const taken = Math.min(wanted, this.places);
    if (this.#queue.length === 0 && taken <= this.#free) this.#free -= taken;
    else await this.#wait(taken, signal);
    let isTaken = true;
    return () => {
      if (!isTaken) return;
      isTaken = false;
      this.#free += taken;
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
