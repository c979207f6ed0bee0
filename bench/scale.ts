import type { AggregateRequest } from '../src/contract/request/request.js';
import { startSuite, type Product, type Suite } from '../test/support/product.js';
import { BUDGETS, overBudget } from './budgets.js';
import { costOf } from './history-cost.js';
import { show } from './progress.js';
import { startCountingReceiver } from './counting-receiver.js';
import { rounded } from './statistics.js';
import { startMeasuredWorker, type WorkerForm } from './worker-process.js';
import { LASTING_SERVERS } from './servers.js';

/** One run through everything: simulator, worker process, Temporal, Postgres, receiver. */
export interface ScaleFigures {
  readonly rows: number;
  readonly pages: number;
  /** All rows that are no outliers are delivered. */
  readonly delivered: number;
  readonly parts: number;
  readonly events: number;
  readonly actions: number;
  readonly historyBytes: number;
  /** Bytes. */
  readonly largestPayload: number;
  /** Of a worker process that did nothing else; null where it cannot be asked. */
  readonly peakRssMiB: number | null;
  /** From start to result, the source's and the receiver's own work in it. */
  readonly seconds: number;
}

export const ROWS_PER_PAGE = 10_000;
export const SCALE_ROWS = [10, 10_000, 100_000, 1_000_000] as const;
export const FULL_SCALE_ROWS = 5_000_000;

/** Everything that comes is delivered, and waited for. */
export const ALL_ROWS = {
  processing: { maxRows: 1e9 },
  poll: { deadline: '6 hours' },
} satisfies Partial<AggregateRequest>;

/** Sends results of growing size through the product, each with a worker process of its own. */
export async function measureScale(
  sizes: readonly number[] = SCALE_ROWS,
  form: WorkerForm = 'build',
): Promise<readonly ScaleFigures[]> {
  const suite = await startSuite(LASTING_SERVERS);
  try {
    const figures: ScaleFigures[] = [];
    for (const rows of sizes) figures.push(await measureRows(suite, rows, form));
    return figures;
  } finally {
    await suite.stop();
  }
}

/** What is above budget, in a line each. */
export function scaleOverBudget(figures: readonly ScaleFigures[]): readonly string[] {
  return figures.flatMap((each) => [
    ...overBudget(`scale ${each.rows} rows`, { ...each }, BUDGETS.scale),
    ...(each.peakRssMiB !== null && each.rows >= FULL_SCALE_ROWS
      ? overBudget(`scale ${each.rows} rows`, { ...each }, { peakRssMiB: BUDGETS.workerRssMiB })
      : []),
  ]);
}

async function measureRows(suite: Suite, rows: number, form: WorkerForm): Promise<ScaleFigures> {
  show(`scale: ${rows.toLocaleString('en-US')} rows: starting`);
  const receiver = await startCountingReceiver();
  const product = await suite.product({
    simulator: { cxone: { data: { rows, outliers: 0.01, nulls: 0.005 }, run: { polls: 1 } } },
    worker: false,
  });
  const worker = await startMeasuredWorker(form, { ...product.env, BI_WEBHOOK_URL: receiver.url });
  const watching = watch(product, rows, () => receiver.parts);
  try {
    const start = performance.now();
    const run = await product.client.start(product.request(ALL_ROWS));
    const result = await run.result();
    const seconds = rounded((performance.now() - start) / 1_000, 1);
    const memory = await worker.memory();
    const { historySize = 0 } = await product.temporal.workflow.getHandle(run.workflowId).describe();
    // Upkeep, which begins by the clock, is no cost of the run.
    const own = (await product.histories()).filter(({ workflowId }) => workflowId === run.workflowId);
    const { events, actions, largestPayload } = costOf(own);
    const { parts } = result.delivery;
    if (result.rows.returned !== rows || result.rows.delivered !== receiver.rows || parts !== receiver.parts) {
      throw new Error(
        `of ${result.rows.delivered} rows in ${parts} parts ${receiver.rows} in ${receiver.parts} arrived`,
      );
    }
    return {
      rows,
      pages: product.simulator.cxone.journal.entries({ effect: true }).filter(({ page }) => page !== undefined).length,
      delivered: result.rows.delivered,
      parts,
      events,
      actions,
      historyBytes: historySize,
      largestPayload,
      peakRssMiB: memory?.peakMiB ?? null,
      seconds,
    };
  } finally {
    clearInterval(watching);
    await worker.stop();
    await receiver.stop();
  }
}

function watch({ simulator }: Product, rows: number, parts: () => number): NodeJS.Timeout {
  return setInterval(() => {
    const pages = simulator.cxone.journal.count({ operation: 'page' });
    show(`scale: ${rows.toLocaleString('en-US')} rows: ${pages + 1} pages fetched, ${parts()} parts delivered`);
  }, 1_000);
}
