import { EXIT } from './exit-code.js';

/** Somebody stopped waiting. What was waited for goes on. */
export class WaitStopped extends Error {
  override readonly name = 'WaitStopped';

  constructor(readonly reason: 'timeout' | 'interrupted') {
    super(reason === 'timeout' ? 'the timeout has passed' : 'interrupted');
  }
}

/**
 * Waits under a signal that Ctrl-C aborts, and the timeout where there is one; its reason is {@link WaitStopped}.
 * A second Ctrl-C ends the process.
 */
export async function waitUnlessStopped<T>(
  timeoutMs: number | undefined,
  wait: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const stop = new AbortController();
  const interrupt = (): void => {
    if (stop.signal.aborted) process.exit(EXIT.interrupted);
    stop.abort(new WaitStopped('interrupted'));
  };
  const expire = (): void => {
    stop.abort(new WaitStopped('timeout'));
  };
  const timer = timeoutMs === undefined ? undefined : setTimeout(expire, timeoutMs);
  // Not `once`: the live line's guard of the cursor ends the process when it finds that nobody else listens any more.
  process.on('SIGINT', interrupt);
  try {
    return await wait(stop.signal);
  } finally {
    process.off('SIGINT', interrupt);
    clearTimeout(timer);
  }
}
