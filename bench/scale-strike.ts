import { startSuite, type Product } from '../test/support/product.js';
import { until } from '../test/support/until.js';
import { BUDGETS, overBudget } from './budgets.js';
import { startCountingReceiver } from './counting-receiver.js';
import { costOf } from './history-cost.js';
import { show } from './progress.js';
import { ALL_ROWS, ROWS_PER_PAGE } from './scale.js';
import { startMeasuredWorker, type MeasuredWorker } from './worker-process.js';
import { LASTING_SERVERS } from './servers.js';

export interface StrikeFigures {
  readonly rows: number;
  readonly pages: number;
  /** Pages that the source had served when the worker was killed. */
  readonly killedAfterPages: number;
  /** Pages that were asked for more than once. */
  readonly pagesAgain: number;
  /** Rows that the receiver got over those that were to be delivered: none. */
  readonly rowsTooMany: number;
  readonly historyBytes: number;
  readonly largestPayload: number;
  /** Of the worker that went on; null where it cannot be asked. */
  readonly peakRssMiB: number | null;
}

const DAY_MS = 86_400_000;

/** Kills the worker by SIGKILL when four pages in five are there, and lets another one go on. */
export async function measureStrike({ rows }: { rows: number }): Promise<StrikeFigures> {
  const suite = await startSuite(LASTING_SERVERS);
  const receiver = await startCountingReceiver();
  try {
    const product = await suite.product({ simulator: { cxone: { data: { rows }, run: { polls: 1 } } }, worker: false });
    const env = { ...product.env, BI_WEBHOOK_URL: receiver.url, WORKER_STICKY_TIMEOUT: '1 s' };
    const pages = Math.ceil(rows / ROWS_PER_PAGE);
    const first = await startMeasuredWorker('build', env);
    const run = await product.client.start(product.request(ALL_ROWS));
    const killedAfterPages = await killAfter(product, first, Math.floor(pages * 0.8));
    const second = await startMeasuredWorker('build', env);
    try {
      show(`strike: another worker goes on after page ${killedAfterPages}`);
      const result = await run.result();
      const { historySize = 0 } = await product.temporal.workflow.getHandle(run.workflowId).describe();
      return {
        rows,
        pages,
        killedAfterPages,
        pagesAgain: servedPages(product).length - pages,
        rowsTooMany: receiver.rows - result.rows.delivered,
        historyBytes: historySize,
        largestPayload: costOf(await product.histories()).largestPayload,
        peakRssMiB: (await second.memory())?.peakMiB ?? null,
      };
    } finally {
      await second.stop();
    }
  } finally {
    await receiver.stop();
    await suite.stop();
  }
}

/** What is above budget, in a line each. The page under way when the worker died may be asked for again. */
export function strikeOverBudget({ peakRssMiB, ...figures }: StrikeFigures): readonly string[] {
  const { historyBytes, largestPayload } = BUDGETS.scale;
  const budget = { pagesAgain: 1, rowsTooMany: 0, historyBytes, largestPayload };
  return [
    ...overBudget('strike', figures, budget),
    ...(peakRssMiB === null ? [] : overBudget('strike', { peakRssMiB }, { peakRssMiB: BUDGETS.workerRssMiB })),
  ];
}

async function killAfter(product: Product, worker: MeasuredWorker, pages: number): Promise<number> {
  const served = (): number => {
    const { length } = servedPages(product);
    show(`strike: ${length} pages fetched, the worker is killed after ${pages}`);
    return length;
  };
  await until('the pages', served, (count) => count >= pages, DAY_MS);
  await worker.kill();
  return servedPages(product).length;
}

function servedPages({ simulator }: Product): readonly number[] {
  return simulator.cxone.journal.entries({ effect: true }).flatMap(({ page }) => (page === undefined ? [] : [page]));
}
