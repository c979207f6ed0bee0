import { randomUUID } from 'node:crypto';
import type { BackfillResult } from '../src/contract/result/backfill-result.js';
import { AGGREGATE_WORKFLOW, BACKFILL_WORKFLOW } from '../src/contract/values/names.js';
import { BACKFILL, backfillFakes } from '../test/support/workflow/backfill-fakes.js';
import { historyChain } from '../test/support/workflow/history-chain.js';
import { BUDGETS, overBudget } from './budgets.js';
import { BENCH_QUEUE, withFakeWorker, type Server } from './fake-worker.js';
import { costOf } from './history-cost.js';
import { show } from './progress.js';
import { rounded } from './statistics.js';

export interface BackfillFigures {
  readonly slices: number;
  readonly width: number;
  /** Executions that the backfill continued as. */
  readonly executions: number;
  /** Of the backfill itself, its runs aside. */
  readonly eventsASlice: number;
  readonly actionsASlice: number;
  readonly longestExecution: number;
  readonly historyBytes: number;
  /** Slices, or runs, a minute: through a backfill, started one by one with as many under way, and bare workflows. */
  readonly aMinute: { readonly backfill: number; readonly runs: number; readonly bare: number };
}

/** Goes through so many days by a backfill; then starts as many runs, and as many bare workflows, as many at a time. */
export function measureBackfill({ slices, width }: { slices: number; width: number }): Promise<BackfillFigures> {
  const { activities } = backfillFakes();
  const nothing = (): Promise<void> => Promise.resolve();
  return withFakeWorker('dev', { ...activities, nothing }, async (server) => {
    show(`backfill: ${slices} slices`);
    const from = Date.parse(`${BACKFILL.from}T00:00:00Z`);
    const to = new Date(from + slices * 86_400_000).toISOString();
    const start = { workflowId: `backfill-${randomUUID()}`, taskQueue: BENCH_QUEUE };
    const backfill = await inMinutes(slices, async () => {
      const handle = await server.client.workflow.start(BACKFILL_WORKFLOW, {
        ...start,
        args: [{ ...BACKFILL, to, width }],
      });
      const { slices: counts } = (await handle.result()) as BackfillResult;
      if (counts.completed !== slices) throw new Error(`${counts.completed} of ${slices} slices were completed`);
      return handle.firstExecutionRunId;
    });
    show(`backfill: ${slices} runs by themselves`);
    const runs = await inMinutes(slices, () => inLanes(slices, width, () => run(server)));
    show(`backfill: ${slices} bare workflows`);
    const bare = await inMinutes(slices, () => inLanes(slices, width, () => runBare(server)));
    const chain = await historyChain(server.client, start.workflowId, backfill.answer);
    const { events, actions } = costOf(chain);
    const sizes = await Promise.all(
      chain.map(({ workflowId, runId }) => server.client.workflow.getHandle(workflowId, runId).describe()),
    );
    return {
      slices,
      width,
      executions: chain.length,
      eventsASlice: rounded(events / slices, 1),
      actionsASlice: rounded(actions / slices, 2),
      longestExecution: Math.max(...chain.map((execution) => execution.events.length)),
      historyBytes: sizes.reduce((sum, { historySize = 0 }) => sum + historySize, 0),
      aMinute: { backfill: backfill.aMinute, runs: runs.aMinute, bare: bare.aMinute },
    };
  });
}

/** What is above budget, in a line each. */
export function backfillOverBudget(figures: BackfillFigures): readonly string[] {
  return overBudget('backfill', { ...figures }, BUDGETS.backfill);
}

async function inMinutes<T>(count: number, work: () => Promise<T>): Promise<{ answer: T; aMinute: number }> {
  const start = performance.now();
  const answer = await work();
  return { answer, aMinute: Math.round((count * 60_000) / (performance.now() - start)) };
}

async function inLanes(count: number, width: number, work: () => Promise<unknown>): Promise<void> {
  let left = count;
  const lane = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await work();
    }
  };
  await Promise.all(Array.from({ length: width }, lane));
}

function run({ client }: Server): Promise<unknown> {
  const { from, to, ...request } = BACKFILL;
  const args = [{ ...request, query: { ...request.query, dateFrom: from, dateTo: to } }];
  return client.workflow.execute(AGGREGATE_WORKFLOW, {
    workflowId: `run-${randomUUID()}`,
    taskQueue: BENCH_QUEUE,
    args,
  });
}

/** As many activities as a run has that is ready on its first poll. */
function runBare({ client }: Server): Promise<unknown> {
  const start = { workflowId: `bare-${randomUUID()}`, taskQueue: BENCH_QUEUE, args: [7] };
  return client.workflow.execute('bareActivities', start);
}
