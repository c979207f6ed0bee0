import { setImmediate } from 'node:timers/promises';

/** Work in short stretches: the caller may let others have their turn after each. */
export type Stretches<T> = Generator<void, T, void>;

/** Rows in one stretch: a millisecond of scanning, two of hashing. */
export const ROWS_A_STRETCH = 512;

/** So long others wait at most, one stretch aside. */
const TURN_MS = 8;

/** All of it at once. */
export function atOnce<T>(work: Stretches<T>): T {
  for (;;) {
    const { done, value } = work.next();
    if (done === true) return value;
  }
}

/** Lets timers, heartbeats and other runs have their turn every few milliseconds: a page of 64 MiB takes a quarter of a second. */
export async function withPauses<T>(work: Stretches<T>): Promise<T> {
  let since = performance.now();
  for (;;) {
    const { done, value } = work.next();
    if (done === true) return value;
    if (performance.now() - since < TURN_MS) continue;
    await setImmediate();
    since = performance.now();
  }
}
