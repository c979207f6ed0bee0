import { randomUUID } from 'node:crypto';
import { AGGREGATE_WORKFLOW } from '../src/contract/values/names.js';
import { DATASET, fakeActivities, PLAN, REQUEST } from '../test/support/workflow/fake-activities.js';
import { historyChain } from '../test/support/workflow/history-chain.js';

import { BUDGETS, overBudget, type WaitName } from './budgets.js';
import { BENCH_QUEUE, withFakeWorker, type Server } from './fake-worker.js';
import { costOf } from './history-cost.js';
import { show } from './progress.js';
import { rounded } from './statistics.js';

const MINUTE_MS = 60_000;
const QUERY_MS: Readonly<Record<WaitName, number>> = {
  '1 min': MINUTE_MS,
  '10 min': 10 * MINUTE_MS,
  '1 h': 60 * MINUTE_MS,
  '6 h': 360 * MINUTE_MS,
};

/** What it cost to wait for one query, and how late its end was seen. */
export interface WaitCost {
  readonly polls: number;
  readonly events: number;
  readonly actions: number;
  /** From the end of the query to the poll that saw it, of the workflow's time. */
  readonly delayS: number;
}

export interface WaitFigures {
  readonly query: WaitName;
  readonly ours: WaitCost;
  /** One poll every three seconds. */
  readonly steady: WaitCost;
}

/** Waits for queries of known length, ours and by steady polling, on the time-skipping server. */
export async function measureWaiting(queries: readonly WaitName[] = allWaits()): Promise<readonly WaitFigures[]> {
  const query = { ms: 0, polls: 0, seenAtMs: 0 };
  const ask = (ageMs: number): boolean => {
    query.polls += 1;
    query.seenAtMs = ageMs;
    return ageMs >= query.ms;
  };
  const { activities } = fakeActivities({
    planRun: () => Promise.resolve({ ...PLAN, deadlineMs: 2 * QUERY_MS['6 h'] }),
    pollResult: ({ ageMs }) =>
      Promise.resolve(ask(ageMs) ? { state: 'complete', dataset: DATASET } : { state: 'later', reason: 'running' }),
  });
  const isReady = ({ ageMs }: { ageMs: number }): Promise<boolean> => Promise.resolve(ask(ageMs));
  return withFakeWorker('time-skipping', { ...activities, isReady }, async (server) => {
    const waitFor = async (ms: number, type: string, args: unknown[]): Promise<WaitCost> => {
      Object.assign(query, { ms, polls: 0, seenAtMs: 0 });
      const { events, actions } = await costOfRun(server, type, args);
      return { polls: query.polls, events, actions, delayS: rounded((query.seenAtMs - ms) / 1_000, 1) };
    };
    const figures: WaitFigures[] = [];
    for (const name of queries) {
      show(`waiting: a query of ${name}`);
      const ours = await waitFor(QUERY_MS[name], AGGREGATE_WORKFLOW, [REQUEST]);
      show(`waiting: a query of ${name}, polled every 3 s`);
      figures.push({ query: name, ours, steady: await waitFor(QUERY_MS[name], 'pollSteadily', []) });
    }
    return figures;
  });
}

export function allWaits(): readonly WaitName[] {
  return Object.keys(QUERY_MS) as WaitName[];
}

/** What is above budget, in a line each. */
export function waitingOverBudget(figures: readonly WaitFigures[]): readonly string[] {
  const { polls: most, eventsAPoll, actionsAPoll, otherEvents, otherActions } = BUDGETS.waiting;
  return figures.flatMap(({ query, ours }) =>
    overBudget(
      `waiting ${query}`,
      { ...ours },
      {
        polls: most[query],
        events: otherEvents + most[query] * eventsAPoll,
        actions: otherActions + most[query] * actionsAPoll,
      },
    ),
  );
}

async function costOfRun({ client }: Server, type: string, args: unknown[]): Promise<ReturnType<typeof costOf>> {
  const start = { workflowId: `waiting-${randomUUID()}`, taskQueue: BENCH_QUEUE, args };
  const handle = await client.workflow.start(type, start);
  await handle.result();
  return costOf(await historyChain(client, handle.workflowId, handle.firstExecutionRunId));
}
