/** How a matter has been told that repeats itself. */
export interface Fold {
  /** Repetitions so far. */
  readonly number: number;
  readonly lastMs: number;
  /** When it was told last. */
  readonly toldMs: number;
}

const HOUR_MS = 3_600_000;
/** A day, less what a nightly run may end earlier than the one before. */
const DAILY_MS = 22 * HOUR_MS;
/** Without a repetition for as long, the next one is the first of another matter. */
const FORGOTTEN_MS = 48 * HOUR_MS;

/** The next repetition: the first and the tenth are told, and one a day. */
export function foldIn(before: Fold | undefined, nowMs: number): Fold & { readonly isTold: boolean } {
  if (before === undefined || nowMs - before.lastMs >= FORGOTTEN_MS) {
    return { number: 1, lastMs: nowMs, toldMs: nowMs, isTold: true };
  }
  const number = before.number + 1;
  const isTold = number === 10 || nowMs - before.toldMs >= DAILY_MS;
  return { number, lastMs: nowMs, toldMs: isTold ? nowMs : before.toldMs, isTold };
}
