/**
 * Settles as the promise does, or rejects as soon as the signal aborts (at once, if it has already), with the signal's
 * reason. For work that hears of its signal late, as undici does while it connects. The work itself goes on: a value
 * that comes too late goes to `onLate`, a late failure is dropped.
 */
export function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal, onLate?: (value: T) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      reject(reasonOf(signal));
    };
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
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

/** Runs `work` under a signal that aborts with the caller's, or after `ms` with an error of its own. */
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

function reasonOf(signal: AbortSignal): Error {
  const reason: unknown = signal.reason;
  return reason instanceof Error ? reason : new Error('aborted', { cause: reason });
}
