import type { BackfillProgress } from '../../client.js';
import type { Seen } from '../runs/follow-run.js';
import { countOf, countText } from '../../text/number-text.js';
import { durationText } from '../../text/time-text.js';

const MINUTE_MS = 60_000;

/** Since when slices are counted, for the rate. */
interface Baseline {
  readonly atMs: number;
  readonly done: number;
}

/**
 * Draws the line of one backfill, e.g. `42 of 731 slices · 3 under way · 2 failed · 31 a minute · 22 min left`.
 * It remembers since when it has watched: the rate is that of these minutes, and a pause begins it again.
 */
export function createBackfillLine(): (seen: Seen<BackfillProgress>, nowMs: number) => string {
  let since: Baseline | undefined;
  return (seen, nowMs) => {
    if (seen === undefined) return 'started';
    if (seen === 'no answer') return 'no worker answers: the backfill continues when one starts';
    const done = doneOf(seen);
    since = seen.phase === 'running' ? (since ?? { atMs: nowMs, done }) : undefined;
    return [...phaseText(seen), ...countsOf(seen, done), ...(since ? paceOf(seen, done, since, nowMs) : [])].join(
      ' · ',
    );
  };
}

function doneOf({ slices: { completed, unchanged, undelivered, failed } }: BackfillProgress): number {
  return completed + unchanged + undelivered + failed;
}

function phaseText({ phase }: BackfillProgress): readonly string[] {
  switch (phase) {
    case 'planning':
      return ['splitting the range into slices'];
    case 'running':
      return [];
    case 'paused':
      return ['paused'];
    case 'stopping':
      return ['too many failures: starting no more'];
    case 'finished':
      return ['finished'];
  }
}

function countsOf({ slices, findings }: BackfillProgress, done: number): readonly string[] {
  if (slices.total === 0) return [];
  const { total, running, halved, failed, undelivered } = slices;
  const { withoutRows, withWarnings } = findings;
  const some = (count: number, what: string): string[] => (count === 0 ? [] : [`${countText(count)} ${what}`]);
  return [
    `${countText(done)} of ${countOf(total, 'slice')}`,
    ...some(running, 'under way'),
    ...some(halved, 'halved'),
    ...some(undelivered, 'undelivered'),
    ...some(failed, 'failed'),
    ...some(withoutRows, 'without rows'),
    ...some(withWarnings, 'with warnings'),
  ];
}

function paceOf({ slices }: BackfillProgress, done: number, since: Baseline, nowMs: number): readonly string[] {
  const elapsedMs = nowMs - since.atMs;
  const ended = done - since.done;
  if (ended === 0 || elapsedMs <= 0) return [];
  const eachMs = elapsedMs / ended;
  const left = durationText((slices.running + slices.waiting) * eachMs);
  return [rateText(MINUTE_MS / eachMs), `${left} left`];
}

function rateText(perMinute: number): string {
  return perMinute >= 1
    ? `${countText(Math.round(perMinute))} a minute`
    : `${countText(Math.round(perMinute * 60))} an hour`;
}
