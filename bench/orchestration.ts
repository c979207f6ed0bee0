import { randomUUID } from 'node:crypto';
import type { AggregateRequest } from '../src/contract/request/request.js';
import { createJourneyMetricsClient, type JourneyMetricsClient } from '../src/client.js';
import { DATASET, fakeActivities, REQUEST } from '../test/support/workflow/fake-activities.js';
import { historyChain } from '../test/support/workflow/history-chain.js';

import { BUDGETS, overBudget } from './budgets.js';
import { BENCH_QUEUE, withFakeWorker, type Server } from './fake-worker.js';
import { costOf, type HistoryCost } from './history-cost.js';
import { show } from './progress.js';
import { median, rounded } from './statistics.js';

export interface RunCost extends HistoryCost {
  readonly historyBytes: number;
}

export interface OrchestrationFigures {
  /** Ready on the second poll, one part. */
  readonly ours: RunCost;
  /** As many activities that do nothing, in a bare workflow. */
  readonly bare: RunCost;
  /** Runs a second, round by round, the two in turns. Absent in the short form. */
  readonly rates?: { readonly ours: readonly number[]; readonly bare: readonly number[] };
  /** Ours over bare: the median of the rounds. */
  readonly ratio?: number;
}

const ROUNDS = 3;
/**
 * A run of ours waits twice for two seconds, and costs nothing then. With so many under way the worker always has one to
 * work on up to 28 runs a second: with fewer it is the waits that are measured.
 */
const IN_FLIGHT = 120;
const COUNTED = 120;

/** Counts a run of ours and a bare workflow, then lets both run in turns on the same server and worker. */
export function measureOrchestration({ rates: wanted }: { rates: boolean }): Promise<OrchestrationFigures> {
  const polled = new Set<string>();
  const { activities } = fakeActivities({
    pollResult: ({ take: { runKey } }) => {
      if (polled.delete(runKey)) return Promise.resolve({ state: 'complete', dataset: DATASET });
      polled.add(runKey);
      return Promise.resolve({ state: 'later', reason: 'running' });
    },
  });
  const nothing = (): Promise<void> => Promise.resolve();
  return withFakeWorker('dev', { ...activities, nothing }, async (server) => {
    const client = createJourneyMetricsClient({
      connection: { address: server.address },
      taskQueue: BENCH_QUEUE,
      requester: 'bench',
    });
    try {
      show('orchestration: counting');
      const ours = await costOfOurs(server, client);
      const bare = await costOfBare(server, ours.activities);
      const measured = wanted
        ? await ratesOf(
            () => runOurs(client),
            () => runBare(server, ours.activities),
          )
        : undefined;
      return { ours, bare, ...measured };
    } finally {
      await client.close();
    }
  });
}

/** What is above budget, in a line each. */
export function orchestrationOverBudget({ ours }: OrchestrationFigures): readonly string[] {
  return overBudget('orchestration', { ...ours }, BUDGETS.orchestration);
}

/** Another filter is another run. */
function anyRequest(): AggregateRequest {
  return { ...REQUEST, query: { ...REQUEST.query, filter: { journeyId: randomUUID() } } };
}

async function runOurs(client: JourneyMetricsClient): Promise<void> {
  await (await client.start(anyRequest())).result();
}

async function runBare({ client }: Server, steps: number): Promise<void> {
  const start = { workflowId: `bare-${randomUUID()}`, taskQueue: BENCH_QUEUE, args: [steps] };
  await client.workflow.execute('bareActivities', start);
}

async function costOfOurs(server: Server, client: JourneyMetricsClient): Promise<RunCost> {
  const run = await client.start(anyRequest());
  await run.result();
  return costOfRun(server, run.workflowId, run.runId ?? '');
}

async function costOfBare(server: Server, steps: number): Promise<RunCost> {
  const start = { workflowId: `bare-${randomUUID()}`, taskQueue: BENCH_QUEUE, args: [steps] };
  const handle = await server.client.workflow.start('bareActivities', start);
  await handle.result();
  return costOfRun(server, handle.workflowId, handle.firstExecutionRunId);
}

async function costOfRun({ client }: Server, workflowId: string, runId: string): Promise<RunCost> {
  const { historySize = 0 } = await client.workflow.getHandle(workflowId, runId).describe();
  return { ...costOf(await historyChain(client, workflowId, runId)), historyBytes: historySize };
}

type Runs = () => Promise<void>;

async function ratesOf(ours: Runs, bare: Runs): Promise<Pick<Required<OrchestrationFigures>, 'rates' | 'ratio'>> {
  const rates = { ours: [] as number[], bare: [] as number[] };
  for (let round = 1; round <= ROUNDS; round += 1) {
    show(`orchestration: round ${round} of ${ROUNDS}, our runs`);
    rates.ours.push(await rateOf(ours));
    show(`orchestration: round ${round} of ${ROUNDS}, bare workflows`);
    rates.bare.push(await rateOf(bare));
  }
  const ratios = rates.ours.map((rate, round) => rate / (rates.bare[round] ?? Infinity));
  return { rates, ratio: rounded(median(ratios), 2) };
}

/** Runs a second once as many are under way as ever will be, until the first is not followed by another. */
async function rateOf(run: Runs): Promise<number> {
  const endings: number[] = [];
  let left = IN_FLIGHT + COUNTED + IN_FLIGHT;
  const lane = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await run();
      endings.push(performance.now());
    }
  };
  const lanes = Array.from({ length: IN_FLIGHT }, lane);
  try {
    await Promise.all(lanes);
  } catch (error) {
    left = 0;
    await Promise.allSettled(lanes); // those still under way need the server that is about to stop
    throw error;
  }
  const [first = 0, last = 0] = [endings[IN_FLIGHT], endings[IN_FLIGHT + COUNTED]];
  return rounded((COUNTED * 1_000) / (last - first), 1);
}
