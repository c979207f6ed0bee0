import { setTimeout as sleep } from 'node:timers/promises';
import { waitingFor } from './waits.js';

/** Asks until the answer is the one waited for. The deadline is the test's way to fail with a sentence instead of hanging. */
export async function until<T>(
  what: string,
  ask: () => Promise<T> | T,
  good: (answer: T) => boolean,
  deadlineMs = 60_000,
): Promise<T> {
  const deadline = Date.now() + deadlineMs;
  const forget = waitingFor(() => [what]);
  try {
    for (;;) {
      const answer = await ask();
      if (good(answer)) return answer;
      if (Date.now() > deadline) throw new Error(`waited in vain for: ${what}`);
      await sleep(50);
    }
  } finally {
    forget();
  }
}
