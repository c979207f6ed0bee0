import { workflowInfo } from '@temporalio/workflow';
import type { DeliverySubject, SyncAnswer } from '../../activities/aggregate/sync-webhook.js';
import type { CompletedOutcome, DeliveryReport, EndedDelivery } from '../../contract/result/result.js';
import type { AttemptSchedule } from '../../contract/run.js';
import { nextAttemptDelayMs } from '../../domain/delivery-schedule.js';
import { TRANSFER } from '../profiles.js';
import { step, type Run } from './run.js';

/** Where one delivery stands; carried through continue-as-new. */
export interface DeliveryState {
  /** Attempts that were answered and failed. A crash is no answer and costs none. */
  failures: number;
  /** Those since an attempt last delivered something: the schedule begins again with each part that arrives. */
  fruitless: number;
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

const BUSY_WAIT_MS = 5_000;
const WORST_FIRST = ['undelivered', 'completed', 'unchanged'] as const satisfies readonly CompletedOutcome[];

/**
 * Makes every delivery, side by side, on durable timers: none waits for another. Each walks its outstanding parts until all
 * are delivered, as often as its schedule has attempts.
 * @param states one a target, filled in where there are none yet
 * @param onEnd as each ends; others go on meanwhile
 */
export async function deliverAll(
  run: Run,
  targets: readonly DeliveryTarget[],
  states: DeliveryState[],
  onEnd: (ended: EndedDelivery, target: number) => Promise<void> = () => Promise.resolve(),
): Promise<Delivered> {
  run.report({ phase: 'delivering' });
  const heard = targets.map((): Heard => ({ parts: 0, delivered: 0 }));
  const pause = { begun: false };
  const deliveries = targets.map((target, index) => {
    const state = (states[index] ??= { failures: 0, fruitless: 0 });
    const hear = (answer: Heard): void => {
      heard[index] = answer;
      run.report(totals(heard, states));
    };
    return { state, advance: () => advance(run, target, state, pause, hear, (ended) => onEnd(ended, index)) };
  });
  for (;;) {
    await run.continueIfSuggested();
    pause.begun = false;
    const results = await Promise.allSettled(deliveries.map(({ advance: go }) => go()));
    const failed = results.find((result) => result.status === 'rejected');
    if (failed) throw failed.reason;
    const ended = deliveries.flatMap(({ state }) => state.ended ?? []);
    if (ended.length === deliveries.length) return together(ended);
  }
}

interface Heard {
  readonly parts: number;
  readonly delivered: number;
}

function totals(heard: readonly Heard[], states: readonly DeliveryState[]) {
  const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);
  return {
    parts: sum(heard.map(({ parts }) => parts)),
    partsDelivered: sum(heard.map(({ delivered }) => delivered)),
    deliveryAttempts: sum(states.map(({ failures }) => failures)),
  };
}

/**
 * Goes on with one delivery until it has ended, or the run has to continue as new: the first one that then comes to an
 * attempt begins a pause, in which the others end their waits, so that nothing is under way.
 */
async function advance(
  run: Run,
  target: DeliveryTarget,
  state: DeliveryState,
  pause: { begun: boolean },
  hear: (answer: Heard) => void,
  onEnd: (ended: EndedDelivery) => Promise<void>,
): Promise<void> {
  while (state.ended === undefined) {
    const { due } = state;
    if (due) await run.wait({ ms: due.atMs - Date.now(), reason: due.reason, unless: () => pause.begun });
    pause.begun ||= run.mustContinue();
    if (pause.begun) return;
    delete state.due;
    const attempt = state.failures + 1;
    const { runKey, subject } = target;
    const answer = await step(TRANSFER, summaryOf(target, attempt)).syncWebhook({ runKey, subject, attempt });
    const ended = endOf(target, state, answer);
    hear(answer);
    if (ended === undefined) continue;
    await onEnd(ended);
    state.ended = ended;
  }
}

function summaryOf({ destination }: DeliveryTarget, attempt: number): string {
  return `${destination}: attempt ${attempt}`;
}

/** What the answer ends the delivery as; undefined where there is another attempt. */
function endOf(target: DeliveryTarget, state: DeliveryState, answer: SyncAnswer): EndedDelivery | undefined {
  const { deliveryId, destination, rows } = target;
  const { revision, parts, signed, superseded, warnings } = answer;
  const found = { ...(superseded && { superseded }), ...(warnings && { warnings }) };
  const facts = { destination, deliveryId, revision, parts, signed, ...(rows !== undefined && { rows }), ...found };
  switch (answer.state) {
    case 'delivered':
      return { ...facts, outcome: 'completed', attempts: state.failures + 1 };
    case 'unchanged':
      return { ...facts, outcome: 'unchanged', attempts: state.failures };
    case 'busy':
      state.due = { atMs: Date.now() + BUSY_WAIT_MS, reason: 'another run is delivering the same content' };
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

function together(deliveries: readonly EndedDelivery[]): Delivered {
  const [first] = deliveries;
  if (first === undefined) throw new RangeError(`${workflowInfo().workflowId} delivers nothing`);
  const outcome = WORST_FIRST.find((worst) => deliveries.some((each) => each.outcome === worst)) ?? first.outcome;
  return { outcome, delivery: reportOf(first), deliveries };
}

function reportOf({ destination, outcome, rows, superseded, warnings, ...report }: EndedDelivery): DeliveryReport {
  return report;
}
