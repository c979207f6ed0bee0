import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { after, before, describe, test } from 'node:test';
import type { AggregateResult } from '../../../src/client.js';
import { cli, type CliEnd } from '../../support/cli/cli.js';
import { startSuite, type Product, type Suite } from '../../support/product.js';
import { until } from '../../support/until.js';

type Row = Readonly<Record<string, unknown>>;

const linesOf = (text: string): Row[] =>
  text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Row);

const errorOf = ({ stdout }: CliEnd): unknown => (JSON.parse(stdout) as { error: { type: string } }).error.type;

describe('runs export, on real servers', () => {
  let suite: Suite;
  let folder: string;
  before(async () => {
    suite = await startSuite();
    folder = await mkdtemp(join(tmpdir(), 'journey-export-'));
  });
  after(async () => {
    await suite.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const finished = async (rows: number, maxRows: number): Promise<{ product: Product; result: AggregateResult }> => {
    const product = await suite.product({ simulator: { cxone: { data: { rows, outliers: 0.05, nulls: 0.02 } } } });
    const request = product.request({ processing: { maxRows } });
    const run = await product.client.start({ ...request, query: { ...request.query, limit: 100 } });
    return { product, result: await run.result() };
  };

  test('writes what was kept, delivered or returned, and the rollup, each with a manifest that vouches for it', async () => {
    const { product, result } = await finished(450, 60);
    const write = async (name: string, ...flags: readonly string[]): Promise<string> => {
      const out = join(folder, name);
      const end = await cli(['runs', 'export', result.workflowId, '--out', out, '--json', ...flags], product.env);
      assert.deepEqual([end.code, end.stderr], [0, '']);
      const text = await readFile(out, 'utf8');
      const manifest = JSON.parse(await readFile(`${out}.manifest.json`, 'utf8')) as Row;
      assert.deepEqual(JSON.parse(end.stdout), manifest);
      const { workflowId, runId, queryId, window, completeness } = result;
      assert.deepEqual(
        { ...manifest, format: undefined, exported: undefined, rows: undefined, columns: undefined },
        {
          bytes: Buffer.byteLength(text),
          sha256: createHash('sha256').update(text).digest('hex'),
          ...{ workflowId, runId, queryId, window, completeness },
          ...{ format: undefined, exported: undefined, rows: undefined, columns: undefined },
        },
      );
      return text;
    };
    const [kept, delivered, raw, rollup, csv] = await Promise.all([
      write('kept'),
      write('delivered', '--delivered'),
      write('raw', '--raw'),
      write('rollup', '--rollup'),
      write('csv', '--raw', '--format', 'csv'),
    ]);
    const { returned, kept: left } = result.rows;
    assert.deepEqual([linesOf(raw).length, linesOf(kept).length, linesOf(delivered).length], [returned, left, 60]);
    assert.ok(left < returned && left > 60, 'some were outliers, and of the others a sample was delivered');
    const received = product.simulator.receiver.windows().get(result.delivery.deliveryId)?.rows;
    assert.deepEqual(linesOf(delivered), received);
    assert.equal(csv.split('\r\n').length, returned + 2, 'a line a row, and the header');
    assert.equal(csv.split('\r\n')[0], Object.keys(linesOf(raw)[0] ?? {}).join(','));
    const groups = linesOf(rollup);
    assert.equal(
      groups.reduce((sum, { rows }) => sum + Number(rows), 0),
      left,
    );
    assert.equal(groups.length, result.summary?.rollup.groupCount);
    assert.equal(result.summary?.rollup.rows, left);
    await product.stop();
  });

  test('says what is wrong: the run, the folder, the rows; and leaves nothing half-written', async () => {
    const { product, result } = await finished(20, 5_000);
    const { workflowId } = result;
    const attempt = (run: string, out: string, ...flags: readonly string[]): Promise<CliEnd> =>
      cli(['runs', 'export', run, '--json', '--out', out, ...flags], product.env);
    const out = join(folder, 'bad');
    const [unknown, nowhere, both] = await Promise.all([
      attempt('journey-nobody', out),
      attempt(workflowId, join(folder, 'no', 'such')),
      attempt(workflowId, out, '--raw', '--kept'),
    ]);
    assert.deepEqual([unknown.code, errorOf(unknown)], [1, 'RunNotFound']);
    assert.deepEqual([nowhere.code, errorOf(nowhere)], [2, 'InvalidUsage']);
    assert.deepEqual([both.code, errorOf(both)], [2, 'InvalidUsage']);

    const blobs = join(fileURLToPath(product.env['DATASET_URL'] ?? ''), result.dataset?.scope ?? '', 'blobs');
    const pages = (await readdir(blobs)).filter((name) => name !== result.dataset?.sha256);
    for (const name of pages) await writeFile(join(blobs, name), 'not what was stored');
    const corrupt = await attempt(workflowId, out);
    assert.deepEqual([corrupt.code, errorOf(corrupt)], [1, 'DatasetCorrupt']);
    await rm(blobs, { recursive: true });
    const expired = await attempt(workflowId, out);
    assert.deepEqual([expired.code, errorOf(expired)], [1, 'DatasetExpired']);
    assert.deepEqual(
      (await readdir(folder)).filter((name) => name.startsWith('bad')),
      [],
    );
    await product.stop();
  });

  test('a run that has not ended has nothing to export yet', async () => {
    const product = await suite.product({ simulator: { cxone: { run: { polls: 10_000 } } } });
    const run = await product.client.start(product.request());
    await until(
      'the run to wait',
      () => run.progress(),
      ({ phase }) => phase === 'waiting',
    );
    const end = await cli(['runs', 'export', run.workflowId, '--out', join(folder, 'early')], product.env);
    assert.equal(end.code, 2);
    assert.match(end.stderr, /has not ended yet: `journey-metrics runs watch/);
    await run.cancel();
    await assert.rejects(run.result());
    await product.stop();
  });
});
