/** Runs `work` under a signal that aborts with the caller's, or at the deadline with an error of its own. */
export async function within<T>(
  signal: AbortSignal,
  ms: number,
  late: () => Error,
  work: (bound: AbortSignal) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  const controller = new AbortController();
  const pass = (): void => {
    controller.abort(signal.reason);
  };
  const timer = setTimeout(() => {
    controller.abort(late());
  }, ms);
  signal.addEventListener('abort', pass, { once: true });
  try {
    return await work(controller.signal);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', pass);
  }
}

/** Settles with the promise, or rejects with the signal's reason; a value that comes too late goes to `onLate`. */
export function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal, onLate?: (value: T) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      const reason: unknown = signal.reason;
      reject(reason instanceof Error ? reason : new Error('aborted', { cause: reason }));
    };
    signal.addEventListener('abort', abort, { once: true });
    promise
      .then((value) => {
        if (signal.aborted) onLate?.(value);
        else resolve(value);
      }, reject)
      .finally(() => {
        signal.removeEventListener('abort', abort);
      });
  });
}
