import type { Progress } from '../../contract/result/progress.js';
import type { Seen } from './follow-run.js';
import { countOf } from '../../text/number-text.js';
import { printable } from '../../text/printable.js';
import { durationText } from '../../text/time-text.js';

/** A run's progress on one line, e.g. `waiting for the source (running) · poll 3 · next in 4 s`. */
export function progressLine(seen: Seen<Progress>, nowMs: number): string {
  if (seen === undefined) return 'started';
  if (seen === 'no answer') return 'no worker answers: the run continues when one starts';
  return [phaseText(seen), ...detailsOf(seen), ...nextText(seen, nowMs)].join(' · ');
}

function phaseText({ phase, waitingFor }: Progress): string {
  const why = waitingFor === undefined ? '' : ` (${printable(waitingFor)})`;
  switch (phase) {
    case 'planning':
      return 'checking the request';
    case 'settling':
      return 'waiting for the window to settle';
    case 'authorising':
      return 'getting a token';
    case 'submitting':
      return `submitting the query${why}`;
    case 'waiting':
      return `waiting for the source${why}`;
    case 'fetching':
      return 'fetching the result';
    case 'transforming':
      return 'checking and cleaning the rows';
    case 'delivering':
      return `delivering${why}`;
    case 'auditing':
      return 'writing the audit entry';
    case 'finished':
      return 'finished';
  }
}

function detailsOf({
  phase,
  polls,
  pages,
  rows,
  parts,
  partsDelivered,
  deliveryAttempts,
}: Progress): readonly string[] {
  const details: string[] = [];
  if (phase === 'waiting' && polls > 0) details.push(countOf(polls, 'poll'));
  if (pages > 0) details.push(countOf(pages, 'page'));
  if (rows > 0) details.push(countOf(rows, 'row'));
  if (phase === 'delivering' && parts > 0) details.push(`${partsDelivered} of ${countOf(parts, 'part')}`);
  if (phase === 'delivering' && deliveryAttempts > 0) details.push(countOf(deliveryAttempts, 'attempt'));
  return details;
}

function nextText({ phase, nextAt }: Progress, nowMs: number): readonly string[] {
  if (nextAt === undefined) return [];
  const inMs = Date.parse(nextAt) - nowMs;
  if (inMs < 1_000) return ['now'];
  const next = { waiting: 'next poll', submitting: 'next attempt', delivering: 'next attempt', settling: 'goes on' };
  return [`${phase in next ? next[phase as keyof typeof next] : 'next'} in ${durationText(inMs)}`];
}
