/** Who is next, from counts alone. */
export interface Queue {
  /** Slots in all; null: no bound. */
  readonly slots: number | null;
  /** Slots that others hold. */
  readonly held: number;
  /** Those that wait before this one. */
  readonly ahead: number;
  /** Of these, the ones that look within the next seconds. */
  readonly aheadDue: number;
  readonly waitedMs: number;
  /** Until the gap after the last submission is over. */
  readonly gapLeftMs: number;
  /** Submissions keep a gap between them. */
  readonly hasGap: boolean;
  /** Another one is submitting. */
  readonly posting: boolean;
}

const NEAR = 3;
const NEAR_MOST_MS = 10_000;
const NEAR_LEAST_MS = 2_000;
const FAR_MOST_MS = 300_000;
const EACH_AHEAD_MS = 2_000;

/** Undefined when it is its turn, else when to look again: soon for the first three, later for the others. */
export function lookAgainIn(queue: Queue): number | undefined {
  const { slots, held, ahead, aheadDue, waitedMs, gapLeftMs, hasGap, posting } = queue;
  const free = slots === null ? Infinity : slots - held;
  const inGap = gapLeftMs > 0 || (hasGap && posting);
  // A gap lets one through at a time, and that is the first.
  const usable = inGap ? 0 : Math.min(free, hasGap ? 1 : Infinity);
  if (usable > aheadDue) return undefined;
  if (ahead >= NEAR) return Math.min(FAR_MOST_MS, Math.max(NEAR_MOST_MS, ahead * EACH_AHEAD_MS));
  if (gapLeftMs > 0 && free > 0 && ahead === 0) return Math.min(NEAR_MOST_MS, Math.ceil(gapLeftMs));
  return Math.min(NEAR_MOST_MS, Math.max(NEAR_LEAST_MS, Math.round(waitedMs / 10)));
}
