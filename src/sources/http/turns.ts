/** Lets some requests go at a time; the others wait in the order in which they came. */
export interface Turns {
  /** @throws the signal's reason, where it is aborted before its turn */
  run<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T>;
}

/** Requests to one tenant at a time, from one process. */
const REQUESTS_AT_ONCE = 2;

export function createTurns(most: number = REQUESTS_AT_ONCE): Turns {
  let busy = 0;
  const waiting = new Set<() => void>();

  const turn = (signal: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      const go = (): void => {
        signal.removeEventListener('abort', leave);
        resolve();
      };
      const leave = (): void => {
        waiting.delete(go);
        reject(signal.reason as Error);
      };
      waiting.add(go);
      signal.addEventListener('abort', leave, { once: true });
    });

  return {
    async run(work, signal) {
      signal.throwIfAborted();
      if (busy >= most) await turn(signal);
      else busy += 1;
      try {
        return await work();
      } finally {
        const [next] = waiting;
        // The place is handed on, so that nobody who comes now gets in before.
        if (next === undefined) busy -= 1;
        else {
          waiting.delete(next);
          next();
        }
      }
    },
  };
}
