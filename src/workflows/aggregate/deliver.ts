import type { DeliverySubject } from '../../activities/aggregate/sync-webhook.js';
import type { CompletedOutcome, DeliveryReport } from '../../contract/result/result.js';
import type { AttemptSchedule } from '../../contract/run.js';
import { nextAttemptDelayMs } from '../../domain/delivery-schedule.js';
import { TRANSFER } from '../profiles.js';
import { fail } from '../typed-failure.js';
import { step, type Run } from './run.js';

/** Where a delivery stands; carried through continue-as-new. */
export interface DeliveryState {
  /** Attempts that were answered and failed. A crash is no answer and costs none. */
  failures: number;
  /** The part at which the walk last stopped, and how often in a row: the schedule is a part's, as with single messages. */
  part: number;
  failuresOfPart: number;
  /** Since when another run has had the delivery at every look; absent: it has not. */
  busySinceMs?: number | undefined;
}

export const DELIVERY_AT_START: DeliveryState = { failures: 0, part: 0, failuresOfPart: 0 };

const BUSY_WAIT_MS = { least: 5_000, most: 60_000 };
/** Three times as long as a walk may take: what still holds the lock then is no walk. */
const BUSY_AT_MOST_MS = 6 * 3_600_000;

export interface Delivered {
  readonly outcome: CompletedOutcome;
  readonly delivery: DeliveryReport;
}

/**
 * Walks the outstanding parts until all are delivered, on durable timers, as often as the plan's schedule has attempts.
 * @param subjectFrom what to deliver; `part` is where a walk that sends everything again goes on
 */
export async function deliver(
  run: Run,
  target: { runKey: string; deliveryId: string; attempts: AttemptSchedule },
  state: DeliveryState,
  subjectFrom: (part: number) => DeliverySubject,
): Promise<Delivered> {
  const { runKey, deliveryId, attempts } = target;
  run.report({ phase: 'delivering' });
  for (;;) {
    await run.continueIfSuggested();
    const attempt = state.failures + 1;
    const subject = subjectFrom(state.part);
    const answer = await step(TRANSFER, `attempt ${attempt}`).syncWebhook({ runKey, subject, attempt });
    const { revision, parts, signed } = answer;
    run.report({ parts, partsDelivered: answer.delivered });
    const report = { deliveryId, revision, parts, attempts: state.failures, signed };
    if (answer.state !== 'busy') state.busySinceMs = undefined;
    switch (answer.state) {
      case 'delivered':
        return { outcome: 'completed', delivery: { ...report, attempts: attempt } };
      case 'unchanged':
        return { outcome: 'unchanged', delivery: report };
      case 'busy':
        await run.wait({ ms: busyWaitMs(state, report), reason: 'another run is delivering the same content' });
        break;
      case 'failed': {
        const delayMs = failed(state, attempts, answer);
        run.report({ deliveryAttempts: state.failures });
        if (delayMs === undefined) {
          return {
            outcome: 'undelivered',
            delivery: { ...report, attempts: state.failures, lastFailure: answer.reason },
          };
        }
        await run.wait({ ms: delayMs, reason: `receiver: ${answer.reason}` });
      }
    }
  }
}

/** The longer it lasts, the less often it is looked. Throws `DeliveryBusy` in the end. */
function busyWaitMs(state: DeliveryState, { deliveryId, revision }: DeliveryReport): number {
  const now = Date.now();
  const heldMs = now - (state.busySinceMs ??= now);
  if (heldMs >= BUSY_AT_MOST_MS) {
    const held = `another session has held revision ${revision} of delivery ${deliveryId} for 6 hours`;
    throw fail('DeliveryBusy', `${held}: look for its advisory lock in pg_locks, end it, then redeliver this run`);
  }
  return Math.min(BUSY_WAIT_MS.most, Math.max(BUSY_WAIT_MS.least, heldMs / 10));
}

/** Counts the failure; the wait before the next attempt, or undefined when there is none. */
function failed(
  state: DeliveryState,
  attempts: AttemptSchedule,
  { part, permanent, retryAfterMs }: { part: number; permanent: boolean; retryAfterMs?: number },
): number | undefined {
  state.failures += 1;
  state.failuresOfPart = part === state.part ? state.failuresOfPart + 1 : 1;
  state.part = part;
  return permanent ? undefined : nextAttemptDelayMs(attempts, state.failuresOfPart, Math.random(), retryAfterMs);
}
