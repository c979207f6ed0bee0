import { workflowInfo } from '@temporalio/workflow';
import type { DeliverySubject, SyncAnswer } from '../../activities/aggregate/sync-webhook.js';
import type { CompletedOutcome, DeliveryReport, EndedDelivery } from '../../contract/result/result.js';
import type { AttemptSchedule } from '../../contract/run.js';
import { nextAttemptDelayMs } from '../../domain/delivery-schedule.js';
import { fail } from '../typed-failure.js';

/** Where one delivery stands; carried through continue-as-new. */
export interface DeliveryState {
  /** Attempts that were answered and failed. A crash is no answer and costs none. */
  failures: number;
  /** Those since an attempt last delivered something: the schedule begins again with each part that arrives. */
  fruitless: number;
  /** Since when another run has had the delivery at every look; absent: it has not. */
  busySinceMs?: number | undefined;
  /** When the next attempt is due, and why not before; absent where it may begin. */
  due?: { readonly atMs: number; readonly reason: string };
  ended?: EndedDelivery;
}

/** One delivery of a run. */
export interface DeliveryTarget {
  readonly runKey: string;
  readonly deliveryId: string;
  readonly destination: string;
  readonly attempts: AttemptSchedule;
  readonly subject: DeliverySubject;
  /** Rows of the revision, where they are known. */
  readonly rows?: number;
}

export interface Delivered {
  /** The worst of all. */
  readonly outcome: CompletedOutcome;
  /** The first of them. */
  readonly delivery: DeliveryReport;
  readonly deliveries: readonly EndedDelivery[];
}

const BUSY_WAIT_MS = { least: 5_000, most: 60_000 };
/** Three times as long as a walk may take: what still holds the lock then is no walk. */
const BUSY_AT_MOST_MS = 6 * 3_600_000;
const WORST_FIRST = ['undelivered', 'completed', 'unchanged'] as const satisfies readonly CompletedOutcome[];

/** What the answer ends the delivery as; undefined where there is another attempt. */
export function endOf(target: DeliveryTarget, state: DeliveryState, answer: SyncAnswer): EndedDelivery | undefined {
  const { deliveryId, destination, rows } = target;
  const { revision, parts, signed, superseded, warnings } = answer;
  const found = { ...(superseded && { superseded }), ...(warnings && { warnings }) };
  const facts = { destination, deliveryId, revision, parts, signed, ...(rows !== undefined && { rows }), ...found };
  if (answer.state !== 'busy') state.busySinceMs = undefined;
  switch (answer.state) {
    case 'delivered':
      return { ...facts, outcome: 'completed', attempts: state.failures + 1 };
    case 'unchanged':
      return { ...facts, outcome: 'unchanged', attempts: state.failures };
    case 'busy':
      state.due = { atMs: Date.now() + busyWaitMs(state, facts), reason: 'another run is delivering the same content' };
      return undefined;
    case 'failed': {
      state.failures += 1;
      state.fruitless = answer.progressed === true ? 1 : state.fruitless + 1;
      const { reason, permanent, retryAfterMs } = answer;
      const delayMs = nextAttemptDelayMs(target.attempts, state.fruitless, Math.random(), retryAfterMs);
      if (permanent || delayMs === undefined) {
        return { ...facts, outcome: 'undelivered', attempts: state.failures, lastFailure: reason };
      }
      state.due = { atMs: Date.now() + delayMs, reason: `receiver: ${reason}` };
      return undefined;
    }
  }
}

/** The longer it lasts, the less often it is looked. Throws `DeliveryBusy` in the end. */
function busyWaitMs(
  state: DeliveryState,
  { deliveryId, revision }: Pick<DeliveryReport, 'deliveryId' | 'revision'>,
): number {
  const now = Date.now();
  const heldMs = now - (state.busySinceMs ??= now);
  if (heldMs >= BUSY_AT_MOST_MS) {
    const held = `another session has held revision ${revision} of delivery ${deliveryId} for 6 hours`;
    throw fail('DeliveryBusy', `${held}: look for its advisory lock in pg_locks, end it, then redeliver this run`);
  }
  return Math.min(BUSY_WAIT_MS.most, Math.max(BUSY_WAIT_MS.least, heldMs / 10));
}

/** All of them in one word, which is the worst. */
export function together(deliveries: readonly EndedDelivery[]): Delivered {
  const [first] = deliveries;
  if (first === undefined) throw new RangeError(`${workflowInfo().workflowId} delivers nothing`);
  const outcome = WORST_FIRST.find((worst) => deliveries.some((each) => each.outcome === worst)) ?? first.outcome;
  return { outcome, delivery: reportOf(first), deliveries };
}

function reportOf({ destination, outcome, rows, superseded, warnings, ...report }: EndedDelivery): DeliveryReport {
  return report;
}
