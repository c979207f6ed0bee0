import assert from 'node:assert/strict';
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { after, before, describe, it } from 'node:test';
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
import pg from 'pg';
import { startSuite, type Product, type Suite } from '../../support/product.js';

/** A port on which nobody listens. */
const NOWHERE = 'http://127.0.0.1:9/hook';

interface Warehouse extends Product {
  readonly lake: string;
  readonly query: (sql: string) => Promise<Record<string, unknown>[]>;
}

async function files(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1))
    .sort();
}

async function parquetRows(file: string): Promise<Record<string, unknown>[]> {
  return parquetReadObjects({ file: await asyncBufferFromFile(file) });
}

describe('rows into a warehouse', () => {
  let suite: Suite;
  before(async () => {
    suite = await startSuite();
  });
  after(() => suite.stop());

  /** A product with a folder, a table and a receiver that is down, beside the usual receiver. */
  async function warehouse(): Promise<Warehouse> {
    const product = await suite.product({ worker: false });
    await product.stop();
    throw new Error('unused');
  }
  void warehouse;

  it('go to every destination of the list, and one that is down holds up no other', async () => {
    const { mkdtemp } = await import('node:fs/promises');
    const { tmpdir } = await import('node:os');
    const home = await mkdtemp(join(tmpdir(), 'journey-metrics-lake-'));
    const { createDatabase } = await import('../../support/records/databases.js');
    const url = await createDatabase(suite.servers.databaseUrl, `lake_${Date.now().toString(36)}`, 'template1');
    await writeFile(join(home, 'url'), `${url}\n`);
    const lake = join(home, 'lake');
    const destinations = {
      lake: { kind: 'files', url: pathToFileURL(lake).href, format: 'parquet' },
      table: { kind: 'postgres', urlFile: join(home, 'url'), table: 'journeys.metrics' },
    };
    await writeFile(join(home, 'destinations.json'), JSON.stringify(destinations));
    const product = await suite.product({ env: { BI_DESTINATIONS_FILE: join(home, 'destinations.json') } });
    const request = product.request({ destination: ['bi', 'lake', 'table'] });
    const result = await (await product.client.start(request)).result();
    assert.deepEqual(
      result.deliveries.map(({ destination, outcome }) => [destination, outcome]),
      [
        ['bi', 'completed'],
        ['lake', 'completed'],
        ['table', 'completed'],
      ],
    );
    console.log(await files(lake));
    const part = (await files(lake)).find((name) => name.startsWith('org=') && name.endsWith('.parquet')) ?? '';
    const rows = await parquetRows(join(lake, part));
    console.log(rows[0], rows.length);
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    console.log((await client.query('select * from journeys.metrics limit 1')).rows[0]);
    console.log((await client.query('select * from journeys.metrics_windows')).rows);
    await client.end();
    const again = await (await product.client.start(request, { again: true })).result();
    console.log(again.deliveries);
    console.log(await readFile(join(lake, (await files(lake)).find((n) => n.endsWith('_current.json')) ?? ''), 'utf8'));
    console.log((await product.records.auditLog.list({ limit: 20 }, AbortSignal.timeout(5000))).map((e) => [e.kind, e.status, e.delivery?.deliveryId]));
    await product.stop();
    void fileURLToPath;
    void NOWHERE;
  });
});
