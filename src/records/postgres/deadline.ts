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
