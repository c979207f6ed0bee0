/** One Ctrl-C may arrive twice: from the terminal, and passed on by npm. */
const SAME_MS = 1_000;

/** Ctrl-C or SIGTERM, as a promise and as a signal. Another one, a second later, ends the process at once. */
export function untilInterrupted(): { readonly promise: Promise<void>; readonly signal: AbortSignal } {
  const controller = new AbortController();
  const promise = new Promise<void>((resolve) => {
    let first: number | undefined;
    const onSignal = (): void => {
      first ??= Date.now();
      if (Date.now() - first > SAME_MS) process.exit(130);
      controller.abort(new Error('interrupted'));
      resolve();
    };
    process.on('SIGINT', onSignal);
    process.on('SIGTERM', onSignal);
  });
  return { promise, signal: controller.signal };
}
