import type { Expectation } from '../../ports/index.js';
import { nominalTimes } from '../nominal-times.js';
import type { Span } from '../span.js';
import { resolveWindow, WindowError } from '../windows.js';
import type { ExpectedSpan } from './pieces.js';

const DAY_MS = 86_400_000;
/** The two newest starts of any schedule lie within it. */
const RECENT_MS = 100 * DAY_MS;
const TIME = /^(\d{2})?:(\d{2})$/;

/**
 * The time that a schedule should have read by now: the windows of its starts whose settling and grace are over. The newest
 * one is late as long as the schedule stands; those before it are missing where nobody has read them.
 * @param graceMs from the moment at which a window is due to the one at which it is late
 */
export function expectedSpans(expectation: Expectation, nowMs: number, graceMs: number): readonly ExpectedSpan[] {
  const { scheduleId, sinceMs, untilMs } = expectation;
  const span = ({ start, end }: Span, isLate: boolean): ExpectedSpan => ({ scheduleId, start, end, isLate });
  const dueFrom = (from: number): Generator<DueSpan> => dueWindows(expectation, from, nowMs, graceMs);
  if (!isSeamless(expectation)) return withLate([...dueFrom(sinceMs)], untilMs === null, span);
  const first = dueFrom(sinceMs).next();
  if (first.done === true) return [];
  const recent = [...dueFrom(Math.max(sinceMs, Math.min(nowMs, untilMs ?? nowMs) - RECENT_MS))];
  return withLate(
    [...(recent[0] ? [{ start: first.value.start, end: recent[0].start }] : []), ...recent],
    untilMs === null,
    span,
  );
}

/** Whether each of its windows begins where the one before ended, or earlier: then there is no need to look at each. */
function isSeamless({ every, relative }: Expectation): boolean {
  const days = { hour: 1, day: 1, week: 7, month: 31 }[every];
  if (relative === 'yesterday') return days === 1;
  if (relative === 'previous-week') return days <= 7;
  if (relative === 'previous-month') return true;
  return Number(/^last-(\d{1,3})-days$/.exec(relative)?.[1] ?? 0) >= days;
}

function withLate(
  windows: readonly Span[],
  isStanding: boolean,
  span: (of: Span, isLate: boolean) => ExpectedSpan,
): readonly ExpectedSpan[] {
  const newest = windows.at(-1);
  const before = windows.slice(0, -1).reduce((end, each) => Math.max(end, each.end), -Infinity);
  if (newest === undefined) return [];
  const late = { start: Math.max(newest.start, before), end: newest.end };
  const earlier = merged(windows.slice(0, -1)).map((each) => span(each, false));
  return late.start < late.end ? [...earlier, span(late, isStanding)] : earlier;
}

function merged(spans: readonly Span[]): readonly Span[] {
  const whole: Span[] = [];
  for (const each of spans) {
    const last = whole.at(-1);
    if (each.start >= each.end) continue;
    if (last && each.start <= last.end) whole[whole.length - 1] = { ...last, end: Math.max(last.end, each.end) };
    else whole.push(each);
  }
  return whole;
}

/** A window, and the start of a schedule that reads it. */
export interface DueSpan extends Span {
  readonly startMs: number;
}

/** The windows of the starts from an instant on, as far as their settling and grace are over. */
export function* dueWindows(
  { every, at, timeZone, relative, settleMs, untilMs }: Expectation,
  from: number,
  nowMs: number,
  graceMs: number,
): Generator<DueSpan> {
  const [, hour = '0', minute = '0'] = TIME.exec(at) ?? [];
  const times = nominalTimes({ every, at: { hour: Number(hour), minute: Number(minute) }, timeZone }, from);
  for (const start of times) {
    if (start + graceMs > nowMs || (untilMs !== null && start >= untilMs)) return;
    const window = windowAt(relative, timeZone, start);
    if (window && Math.max(start, window.end + settleMs) + graceMs <= nowMs) yield { ...window, startMs: start };
  }
}

function windowAt(relative: string, timeZone: string, anchor: number): Span | undefined {
  try {
    const { from, to } = resolveWindow({ window: { relative, timeZone } }, anchor);
    return { start: Date.parse(from), end: Date.parse(to) };
  } catch (error) {
    if (error instanceof WindowError) return undefined;
    throw error;
  }
}
