import type { Expectation, SeriesFacts, WindowFacts } from '../../ports/index.js';
import type { Span } from '../span.js';
import { dueWindows, type DueSpan } from './expected.js';
import { isCovered } from './known-window.js';

/** A window that a schedule should have read, and how that went. */
export interface DueWindow extends DueSpan {
  readonly scheduleId: string;
  /** `failed`: somebody was told by the run. `open`: no run has ended with it. */
  readonly state: 'covered' | 'failed' | 'open';
  /** The newest run of exactly this window. */
  readonly run: WindowFacts | undefined;
}

const DAY_MS = 86_400_000;
/** Older windows than these are no news: coverage shows them. */
const NEWS_MS = { hour: 3 * DAY_MS, day: 35 * DAY_MS, week: 35 * DAY_MS, month: 70 * DAY_MS } as const;

/** The windows of the schedules that stand, as far as they are late unless they have been read; oldest first. */
export function lateableWindows(facts: SeriesFacts, nowMs: number, graceMs: number): readonly DueWindow[] {
  const standing = new Set(facts.expectations.filter(isStanding).map(({ scheduleId }) => scheduleId));
  return facts.expectations
    .filter(({ scheduleId }) => standing.has(scheduleId))
    .flatMap((expectation) =>
      windowsOf(facts, expectation, { fromMs: nowMs - NEWS_MS[expectation.every], nowMs, graceMs }),
    );
}

/**
 * How many of the latest starts of a schedule after an instant have ended, one after another, with a failed run; starts
 * whose run has not ended are not counted.
 */
export function failuresInARow(
  facts: SeriesFacts,
  scheduleId: string,
  { afterMs, nowMs }: Since,
): readonly DueWindow[] {
  const windows = facts.expectations
    .filter((each) => each.scheduleId === scheduleId && isStanding(each))
    .flatMap((each) =>
      windowsOf(facts, each, { fromMs: Math.max(afterMs, nowMs - SPAN_MS[each.every]), nowMs, graceMs: 0 }),
    )
    .filter(({ startMs }) => startMs > afterMs)
    .toReversed();
  const ended = windows.slice(windows.findIndex(({ run }) => run !== undefined && run.outcome !== null));
  const stop = ended.findIndex(({ run }) => run?.outcome !== 'failed');
  return stop === -1 ? ended : ended.slice(0, stop);
}

interface Since {
  readonly afterMs: number;
  readonly nowMs: number;
}

/** Long enough for as many starts as a schedule may fail before it is paused. */
const SPAN_MS = { hour: 45 * DAY_MS, day: 400 * DAY_MS, week: 400 * DAY_MS, month: 800 * DAY_MS } as const;

function isStanding({ untilMs }: Expectation): boolean {
  return untilMs === null;
}

function windowsOf(
  { windows }: SeriesFacts,
  expectation: Expectation,
  { fromMs, nowMs, graceMs }: { readonly fromMs: number; readonly nowMs: number; readonly graceMs: number },
): readonly DueWindow[] {
  const { scheduleId, sinceMs } = expectation;
  return [...dueWindows(expectation, Math.max(sinceMs, fromMs), nowMs, graceMs)].map((due) => {
    const run = windows.find(({ fromMs: from, toMs }) => from === due.start && toMs === due.end);
    return { ...due, scheduleId, run, state: stateOf(windows, due, run) };
  });
}

const TOLD_BY_ITS_RUN: readonly (string | null)[] = ['failed', 'undelivered', 'timed-out', 'terminated'];

function stateOf(windows: readonly WindowFacts[], due: Span, run: WindowFacts | undefined): DueWindow['state'] {
  if (isCoveredSpan(windows, due)) return 'covered';
  return run !== undefined && TOLD_BY_ITS_RUN.includes(run.outcome) ? 'failed' : 'open';
}

/** Whether the destination has figures of all of it. @param windows by their beginnings */
export function isCoveredSpan(windows: readonly WindowFacts[], { start, end }: Span): boolean {
  let at = start;
  for (const window of windows) {
    if (window.fromMs <= at && window.toMs > at && isCovered(window)) at = window.toMs;
    if (at >= end) return true;
  }
  return false;
}
