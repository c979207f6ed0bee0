import type { ActivityOptions } from '@temporalio/workflow';

/** Options of an activity; a transfer has a task queue, and slots, of its own. */
export interface Profile extends ActivityOptions {
  readonly transfers?: true;
}

/**
 * Activity options by intent. Each has a bound for one attempt and one for all of them; the total is never shorter than
 * the largest `Retry-After` (1 h) that it may meet. The interceptor of the activities serves the heartbeat, so that
 * a dead worker is noticed in 20 s and a cancellation arrives. Waits between attempts come with the failures
 * (`activities/failures.ts`); the policy here holds for what left no failure, such as a dead worker.
 */
const RETRY = { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '60 seconds' } as const;
const HEARTBEAT = '20 seconds';

/** A few statements on Postgres. */
export const RECORD = {
  startToCloseTimeout: '30 seconds',
  scheduleToCloseTimeout: '1 day',
  heartbeatTimeout: HEARTBEAT,
  retry: RETRY,
} as const satisfies ActivityOptions;

/** The audit entry: whatever is wrong with Postgres, a person has a month to fix it. */
export const AUDIT = { ...RECORD, scheduleToCloseTimeout: '30 days' } as const satisfies ActivityOptions;

/** Two requests to the source, a fresh token between them, the second with a page of 64 MiB. */
export const REQUEST = {
  startToCloseTimeout: '12 minutes',
  scheduleToCloseTimeout: '2 hours',
  heartbeatTimeout: HEARTBEAT,
  retry: RETRY,
} as const satisfies ActivityOptions;

/** What is nice to have: if it does not succeed, something else does it later. */
export const TIDYING = { ...RECORD, scheduleToCloseTimeout: '1 hour' } as const satisfies ActivityOptions;

/** Ending a query that nobody waits for: a courtesy to the source, for which no run stays open. */
export const ABORT = {
  startToCloseTimeout: '30 seconds',
  scheduleToCloseTimeout: '2 minutes',
  heartbeatTimeout: HEARTBEAT,
  retry: RETRY,
} as const satisfies ActivityOptions;

/** Bytes by the gigabyte: pages, rows, parts. Each attempt goes on where the one before it ended. */
export const TRANSFER = {
  transfers: true,
  startToCloseTimeout: '2 hours',
  scheduleToCloseTimeout: '12 hours',
  heartbeatTimeout: HEARTBEAT,
  retry: RETRY,
} as const satisfies Profile;

/** An alert to one receiver: somebody repairs it within three days, or reads the list. */
export const ALERT = {
  startToCloseTimeout: '1 minute',
  scheduleToCloseTimeout: '3 days',
  heartbeatTimeout: HEARTBEAT,
  retry: { initialInterval: '5 seconds', backoffCoefficient: 2, maximumInterval: '10 minutes' },
} as const satisfies ActivityOptions;

/** The longest that asking may go on after the deadline: one request, its token refresh and a repeat. */
const GRACE_MS = 30_000;

/** What is asked of the source for a result: retried for no longer than the run may wait. */
export function askingProfile(remainingMs: number): ActivityOptions {
  return { ...REQUEST, scheduleToCloseTimeout: Math.max(remainingMs, GRACE_MS) };
}
