import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it, type TestContext } from 'node:test';
import { pathToFileURL } from 'node:url';
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
import pg from 'pg';
import { createDatabase } from '../../support/records/databases.js';
import type { SeriesCoverage } from '../../../src/contract/result/coverage.js';
import { cli } from '../../support/cli/cli.js';
import { startSuite, type Product, type Suite } from '../../support/product.js';

type Row = Record<string, unknown>;

interface Warehouse {
  readonly product: Product;
  /** The folder of the files. */
  readonly lake: string;
  readonly sql: (text: string) => Promise<Row[]>;
}

describe('rows into a warehouse', () => {
  let suite: Suite;
  before(async () => {
    suite = await startSuite();
  });
  after(() => suite.stop());

  /** A product with a folder and a table as destinations, beside the usual receiver. */
  async function warehouse(t: TestContext): Promise<Warehouse> {
    const home = await mkdtemp(join(tmpdir(), 'journey-metrics-warehouse-'));
    t.after(() => rm(home, { recursive: true, force: true }));
    const name = `warehouse_${randomUUID().replaceAll('-', '')}`;
    const url = await createDatabase(suite.servers.databaseUrl, name);
    const lake = join(home, 'lake');
    const file = join(home, 'destinations.json');
    const urlFile = join(home, 'url');
    await writeFile(urlFile, `${url}\n`);
    const lakeUrl = pathToFileURL(lake).href;
    const entries = {
      lake: { kind: 'files', url: lakeUrl, format: 'parquet' },
      table: { kind: 'postgres', urlFile, table: 'journeys.metrics' },
    };
    await writeFile(file, JSON.stringify(entries));
    const product = await suite.product({ env: { BI_DESTINATIONS_FILE: file } });
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    t.after(() => client.end());
    return { product, lake, sql: async (text) => (await client.query<Row>(text)).rows };
  }

  async function run({ product }: Warehouse, destination: string | string[], again = false) {
    const handle = await product.client.start(product.request({ destination }), { again });
    return handle.result();
  }

  async function filesIn(folder: string): Promise<string[]> {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile());
    return files.map(({ parentPath, name }) => join(parentPath, name)).sort();
  }

  it('come out of one reading, for each destination: all rows, as parts, as a file and in a table', async (t) => {
    const on = await warehouse(t);
    const result = await run(on, ['bi', 'lake', 'table']);
    assert.deepEqual(
      result.deliveries.map(({ destination, outcome, rows }) => [destination, outcome, rows]),
      ['bi', 'lake', 'table'].map((name) => [name, 'completed', result.rows.delivered]),
    );
    assert.equal(new Set(result.deliveries.map(({ deliveryId }) => deliveryId)).size, 3);
    assert.deepEqual(result.delivery.deliveryId, result.deliveries[0]?.deliveryId);

    const files = await filesIn(on.lake);
    const part = files.find((name) => /org=.*part-0\.parquet$/.test(name) && !name.includes('_windows')) ?? '';
    const { org } = on.product.request();
    assert.match(
      part,
      new RegExp(
        `/org=${org}/source=analytics/series=${result.series}/window=20261101T0000Z-20261108T0000Z/revision=000001/part-0.parquet$`,
      ),
    );
    const filed = await parquetReadObjects({ file: await asyncBufferFromFile(part) });
    const tabled = await on.sql('SELECT * FROM journeys.metrics');
    const facts = (rows: readonly Row[]) =>
      rows
        .map(({ date, journeyId, journeyCompletionRate, journeyDropOffRate }) => {
          const day = date instanceof Date ? date.toISOString().slice(0, 10) : date;
          return JSON.stringify([day, journeyId, journeyCompletionRate, journeyDropOffRate]);
        })
        .sort();
    assert.deepEqual(facts(filed), facts(tabled));
    assert.equal(tabled.length, result.rows.kept);
    const current = files.find((name) => name.endsWith('_current.json')) ?? '';
    assert.equal((JSON.parse(await readFile(current, 'utf8')) as Row)['revision'], 1);

    const [first] = await on.sql('SELECT _read_at FROM journeys.metrics_windows');
    const again = await run(on, ['table', 'lake'], true);
    assert.deepEqual(
      again.deliveries.map(({ destination, outcome, revision }) => [destination, outcome, revision]),
      [
        ['table', 'unchanged', 1],
        ['lake', 'unchanged', 1],
      ],
    );
    const [later] = await on.sql('SELECT _read_at FROM journeys.metrics_windows');
    assert.ok(Number(later?.['_read_at']) > Number(first?.['_read_at']), 'freshness moves on');
    await on.product.stop();
  });

  it('wait, undelivered, for a table of somebody else and a folder that is none, and are delivered again', async (t) => {
    const on = await warehouse(t);
    await on.sql('CREATE SCHEMA journeys');
    await on.sql('CREATE TABLE journeys.metrics (mine text)');
    await writeFile(on.lake, 'a file');
    const result = await run(on, ['lake', 'bi', 'table']);
    assert.equal(result.outcome, 'undelivered');
    const failures = result.deliveries.map(({ outcome, lastFailure }) => `${outcome}: ${lastFailure ?? ''}`);
    assert.match(
      failures[0] ?? '',
      /^undelivered: cannot list org=.*: a file is where a folder should be \(ENOTDIR\)$/,
    );
    assert.equal(failures[1], 'completed: ');
    assert.match(failures[2] ?? '', /^undelivered: journeys\.metrics is a table of somebody else/);

    const coverage = JSON.parse((await cli(['windows', '--json'], on.product.env)).stdout) as readonly SeriesCoverage[];
    assert.deepEqual(
      coverage.map(({ destination, windows }) => [destination, windows.map(({ state }) => state)]).sort(),
      [
        ['bi', ['delivered']],
        ['lake', ['undelivered']],
        ['table', ['undelivered']],
      ],
    );

    await rename(on.lake, `${on.lake}-file`);
    await on.sql('DROP TABLE journeys.metrics');
    const { deliveries } = await on.product.client.redeliver({ workflowId: result.workflowId });
    assert.deepEqual(
      deliveries.map(({ destination, outcome }) => [destination, outcome]),
      [
        ['bi', 'unchanged'],
        ['lake', 'completed'],
        ['table', 'completed'],
      ],
    );
    assert.equal((await on.sql('SELECT FROM journeys.metrics')).length, result.rows.delivered);
    const entries = await on.product.records.auditLog.list({ limit: 20 }, AbortSignal.timeout(5_000));
    assert.deepEqual(entries.map(({ kind }) => kind).sort(), ['delivery', 'delivery', 'delivery', 'redelivery', 'run']);
    await on.product.stop();
  });
});
