import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { startSimulator, type Simulator } from '../../../simulator/cxone/server.js';
import { DEFAULT_REPORTING_TENANT } from '../../../simulator/reporting/tenant.js';
import { tenantFile } from '../../../stack/product/simulated-tenant.js';
import type { AggregateResult } from '../../../src/client.js';
import { OUTCOMES } from '../../../src/domain/journeys/outcome.js';
import { cli, type CliEnd } from '../../support/cli/cli.js';
import { startSuite, type Product, type Suite } from '../../support/product.js';
import { temporaryFolder } from '../../unit/datasets/datasets-fixtures.js';

type Row = Readonly<Record<string, unknown>>;

const TENANT = { ...DEFAULT_REPORTING_TENANT, org: `export-${randomUUID().slice(0, 8)}` };
const DEFINITION = `${TENANT.org}/1`;

const linesOf = (text: string): readonly Row[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Row);

describe('runs export --journeys and --legs, as a person runs them', () => {
  let suite: Suite;
  let cxone: Simulator;
  let home: string;
  let product: Product;
  let result: AggregateResult;
  before(async () => {
    suite = await startSuite();
    const settings = { journeysPerDay: 40, late: 0, restated: 0, wideIds: true };
    cxone = await startSimulator({ reporting: { settings } });
    home = await mkdtemp(join(tmpdir(), 'journey-export-'));
    const { CXONE_ORGS_FILE } = await tenantFile(home, { cxone }, TENANT);
    product = await suite.product({ env: { CXONE_ORGS_FILE } });
    const query = { metric: ['journeyStarted'], dateFrom: '2026-10-05', dateTo: '2026-10-06' };
    const run = await product.client.start({ org: TENANT.org, source: 'journeys', query });
    result = await run.result();
    assert.equal(result.outcome, 'completed');
  });
  after(async () => {
    await product.stop();
    await cxone.stop();
    await suite.stop();
    await rm(home, { recursive: true, force: true });
  });

  const exported = (...flags: readonly string[]): Promise<CliEnd> =>
    cli(['runs', 'export', result.workflowId, '--out', '-', ...flags], product.env);
  const rowsOf = async (...flags: readonly string[]): Promise<readonly Row[]> => {
    const end = await exported(...flags);
    assert.equal(end.code, 0, end.stderr);
    return linesOf(end.stdout);
  };

  test('journeys are one a line, with ids of all digits, and legs name the journey that they are of', async () => {
    const [journeys, legs] = [await rowsOf('--journeys'), await rowsOf('--legs')];
    assert.equal(journeys.length, 40);
    assert.equal(legs.length, result.journeys?.legs);
    const ids = new Set(journeys.map(({ rootId }) => rootId));
    assert.ok([...ids].every((id) => typeof id === 'string' && /^\d{17,20}$/.test(id)));
    assert.equal(legs.filter(({ rootId }) => rootId === null).length, result.journeys?.orphans);
    assert.ok(journeys.every(({ rootId }) => legs.some((leg) => leg['contactId'] === rootId)));
    for (const { outcome, legs: count, start, end } of journeys) {
      assert.ok(typeof outcome === 'string' && Number(count) >= 1 && String(start) <= String(end));
    }
  });

  test('an outcome leaves only its journeys, and a sample is the same one each time', async () => {
    const all = await rowsOf('--journeys');
    const dropped = await rowsOf('--journeys', '--outcome', 'dropped-in-queue');
    assert.deepEqual(
      dropped,
      all.filter(({ outcome }) => outcome === 'dropped-in-queue'),
    );
    const [some, again] = [await rowsOf('--journeys', '--sample', '7'), await rowsOf('--journeys', '--sample', '7')];
    assert.deepEqual(again, some);
    assert.equal(some.length, 7);
    assert.deepEqual(
      some,
      all.filter(({ rootId }) => some.some((each) => each['rootId'] === rootId)),
      'in their order',
    );
  });

  test('in every format the rows are the same, with the definition beside them or in columns', async (t) => {
    const folder = await temporaryFolder(t);
    const journeys = await rowsOf('--journeys');
    const csv = await exported('--journeys', '--format', 'csv');
    const [header = '', ...lines] = csv.stdout.trim().split('\r\n');
    assert.deepEqual([header, lines.length], [Object.keys(journeys[0] ?? {}).join(','), journeys.length]);
    const parquet = join(folder, 'legs.parquet');
    const end = await exported('--legs', '--format', 'parquet', '--json', '--out', parquet);
    assert.equal(end.code, 0, end.stderr);
    assert.equal((await readFile(parquet)).subarray(0, 4).toString(), 'PAR1');
    const manifest = JSON.parse(await readFile(`${parquet}.manifest.json`, 'utf8')) as Row;
    const { rows, exported: what, journeys: facts } = manifest;
    assert.deepEqual([rows, what, (facts as Row)['definition']], [result.journeys?.legs, 'legs', DEFINITION]);
    const [first] = await rowsOf('--journeys', '--with-identity', '--sample', '1');
    const { _source, _definition, _series, _revision } = first ?? {};
    assert.deepEqual([_source, _definition, _series, _revision], ['journeys', DEFINITION, result.series, 1]);
    const series = ['runs', 'export', '--series', result.series, '--with-identity', '--out', '-'];
    const [row] = linesOf((await cli(series, product.env)).stdout);
    assert.deepEqual([row?.['_series'], row?.['_definition']], [result.series, DEFINITION], 'and so of all windows');
  });

  test('where no journey has the outcome the file is whole, and empty', async (t) => {
    const folder = await temporaryFolder(t);
    const all = await rowsOf('--journeys');
    const none = OUTCOMES.map(({ outcome }) => outcome).find((each) => !all.some(({ outcome }) => outcome === each));
    assert.ok(none !== undefined);
    for (const format of ['ndjson', 'csv', 'parquet']) {
      const out = join(folder, format);
      const end = await exported('--journeys', '--outcome', none, '--format', format, '--out', out);
      assert.equal(end.code, 0, end.stderr);
      const { rows } = JSON.parse(await readFile(`${out}.manifest.json`, 'utf8')) as Row;
      assert.equal(rows, 0, format);
    }
  });

  test('a run of another source, another definition, or with flags that do not go together is refused by name', async (t) => {
    const other = await product.client.start(product.request());
    await other.result();
    const end = await cli(['runs', 'export', other.workflowId, '--journeys', '--out', '-'], product.env);
    assert.equal(end.code, 2);
    assert.match(end.stderr, /was read from analytics, which makes no journeys: only a source of kind contacts does/);
    const folder = await temporaryFolder(t);
    const { CXONE_ORGS_FILE = '' } = await tenantFile(folder, { cxone }, TENANT);
    const orgs = await readFile(CXONE_ORGS_FILE, 'utf8');
    await writeFile(CXONE_ORGS_FILE, orgs.replace('"version": 1', '"version": 2'));
    const newer = await cli(['runs', 'export', result.workflowId, '--legs', '--out', '-'], {
      ...product.env,
      CXONE_ORGS_FILE,
    });
    assert.equal(newer.code, 2);
    assert.match(newer.stderr, /made by the definition \S+\/1, and the configuration of \S+ has \S+\/2/);
    const usages = [
      ['--journeys', '--legs'],
      ['--journeys', '--raw'],
      ['--legs', '--outcome', 'handled'],
      ['--legs', '--sample', '3'],
      ['--journeys', '--outcome', 'answered'],
      ['--journeys', '--sample', '0'],
    ];
    for (const flags of usages) assert.equal((await exported(...flags)).code, 2, flags.join(' '));
  });
});
