import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { startSuite, type Suite } from '../test/support/product.js';
import { createDatabase } from '../test/support/records/databases.js';
import { show } from './progress.js';
import { ALL_ROWS } from './scale.js';
import { LASTING_SERVERS } from './servers.js';
import { rounded } from './statistics.js';
import { startMeasuredWorker } from './worker-process.js';

/** One run through the whole product into a Parquet file, or into a table. */
export interface WarehouseFigures {
  readonly into: Into;
  readonly rows: number;
  readonly peakRssMiB: number | null;
  /** From start to result, the source's and the database's own work in it. */
  readonly seconds: number;
}

type Into = 'files' | 'postgres';

export const WAREHOUSE_ROWS = [1_000_000, 2_000_000] as const;

/** Each with a worker process of its own, so that its memory is that of the run. */
export async function measureWarehouse(sizes: readonly number[]): Promise<readonly WarehouseFigures[]> {
  const suite = await startSuite(LASTING_SERVERS);
  const home = await mkdtemp(join(tmpdir(), 'journey-metrics-warehouse-'));
  try {
    const figures: WarehouseFigures[] = [];
    for (const into of ['files', 'postgres'] as const) {
      for (const rows of sizes) figures.push(await measureInto(suite, home, into, rows));
    }
    return figures;
  } finally {
    await rm(home, { recursive: true, force: true });
    await suite.stop();
  }
}

async function measureInto(suite: Suite, home: string, into: Into, rows: number): Promise<WarehouseFigures> {
  show(`warehouse: ${rows.toLocaleString('en-US')} rows into ${into}`);
  const product = await suite.product({
    simulator: { cxone: { data: { rows, outliers: 0.01, nulls: 0.005 }, run: { polls: 1 } } },
    env: { BI_DESTINATIONS_FILE: await destinationsFile(suite, home, into) },
    worker: false,
  });
  const worker = await startMeasuredWorker('build', product.env);
  try {
    const start = performance.now();
    const run = await product.client.start(product.request({ ...ALL_ROWS, destination: 'warehouse' }));
    const { outcome, rows: found } = await run.result();
    const seconds = rounded((performance.now() - start) / 1_000, 1);
    if (outcome !== 'completed' || found.returned !== rows) {
      throw new Error(`${found.returned} of ${rows} rows into ${into}: ${outcome}`);
    }
    return { into, rows, peakRssMiB: (await worker.memory())?.peakMiB ?? null, seconds };
  } finally {
    await worker.stop();
  }
}

async function destinationsFile({ servers }: Suite, home: string, into: Into): Promise<string> {
  const name = `warehouse_${randomUUID().replaceAll('-', '')}`;
  const [file, urlFile] = [join(home, `${name}.json`), join(home, `${name}.url`)];
  if (into === 'postgres') await writeFile(urlFile, await createDatabase(servers.databaseUrl, name));
  const entry =
    into === 'files'
      ? { kind: into, url: pathToFileURL(join(home, name)).href, format: 'parquet' }
      : { kind: into, urlFile, table: 'journeys.metrics' };
  await writeFile(file, JSON.stringify({ warehouse: entry }));
  return file;
}
