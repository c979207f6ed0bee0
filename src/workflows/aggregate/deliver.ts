import type { EndedDelivery } from '../../contract/result/result.js';
import { TRANSFER } from '../profiles.js';
import { endOf, together, type Delivered, type DeliveryState, type DeliveryTarget } from './delivery-end.js';
import { step, type Run } from './run.js';

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
