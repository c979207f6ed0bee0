/** Ctrl-C or SIGTERM, as a promise and as a signal. A second one ends the process at once. */
export function untilInterrupted(): { readonly promise: Promise<void>; readonly signal: AbortSignal } {
  const controller = new AbortController();
  const promise = new Promise<void>((resolve) => {
    const onSignal = (): void => {
      if (controller.signal.aborted) process.exit(130);
      controller.abort(new Error('interrupted'));
      resolve();
    };
    process.on('SIGINT', onSignal);
    process.on('SIGTERM', onSignal);
  });
  return { promise, signal: controller.signal };
}
