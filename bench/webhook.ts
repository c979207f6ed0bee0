import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSuite, type Suite } from '../test/support/product.js';
import { startCountingReceiver } from './counting-receiver.js';
import { show } from './progress.js';
import { ALL_ROWS } from './scale.js';
import { LASTING_SERVERS } from './servers.js';
import { startMeasuredWorker } from './worker-process.js';

/** The same parts to a receiver far away: one after the other, and four at a time. */
export interface WebhookFigures {
  readonly parts: number;
  readonly latencyMs: number;
  /** At the receiver, from the first request to the last answer. */
  readonly wallMs: { readonly one: number; readonly four: number };
  readonly ratio: number;
}

const ROWS = 99_000;
/** Of such a size the rows are 990 parts. */
const ROWS_A_PART = 100;
const LATENCY_MS = 50;

export async function measureWebhook(): Promise<WebhookFigures> {
  const suite = await startSuite(LASTING_SERVERS);
  const home = await mkdtemp(join(tmpdir(), 'journey-metrics-webhook-'));
  try {
    const one = await measureDelivery(suite, home, 1);
    const four = await measureDelivery(suite, home, 4);
    if (one.parts !== four.parts) throw new Error(`${one.parts} parts one by one, ${four.parts} four at a time`);
    const ratio = one.wallMs / four.wallMs;
    return { parts: one.parts, latencyMs: LATENCY_MS, wallMs: { one: one.wallMs, four: four.wallMs }, ratio };
  } finally {
    await rm(home, { recursive: true, force: true });
    await suite.stop();
  }
}

async function measureDelivery(suite: Suite, home: string, concurrency: number) {
  show(`webhook: ${concurrency} at a time`);
  const receiver = await startCountingReceiver(LATENCY_MS);
  const file = join(home, `destinations-${concurrency}.json`);
  await writeFile(
    file,
    JSON.stringify({ far: { url: receiver.url, private: true, maxRows: ROWS_A_PART, concurrency } }),
  );
  const product = await suite.product({
    simulator: { cxone: { data: { rows: ROWS, outliers: 0, nulls: 0.005 }, run: { polls: 1 } } },
    env: { BI_DESTINATIONS_FILE: file },
    worker: false,
  });
  const worker = await startMeasuredWorker('build', product.env);
  try {
    const run = await product.client.start(product.request({ ...ALL_ROWS, destination: 'far' }));
    const { delivery, rows } = await run.result();
    if (delivery.parts !== receiver.parts || rows.delivered !== receiver.rows) {
      throw new Error(`of ${rows.delivered} rows in ${delivery.parts} parts ${receiver.rows} arrived`);
    }
    return { parts: receiver.parts, wallMs: Math.round(receiver.wallMs) };
  } finally {
    await worker.stop();
    await receiver.stop();
  }
}
