import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { AggregateResult } from '../../../src/client.js';
import { cli, type CliEnd } from '../../support/cli/cli.js';
import { startSuite, type Product, type Suite } from '../../support/product.js';

type Row = Readonly<Record<string, unknown>>;

const rowsIn = (text: string): Row[] =>
  text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Row);

describe('runs export --series, on real servers', () => {
  let suite: Suite;
  let folder: string;
  before(async () => {
    suite = await startSuite();
    folder = await mkdtemp(join(tmpdir(), 'journey-series-'));
  });
  after(async () => {
    await suite.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const delivered = async (product: Product, from: string, to: string, maxRows = 5_000): Promise<AggregateResult> => {
    const request = product.request({ processing: { maxRows } });
    const query = { ...request.query, dateFrom: from, dateTo: to };
    return (await product.client.start({ ...request, query })).result();
  };

  const queryHashIn = async (product: Product, workflowId: string): Promise<string> => {
    const { stdout } = await cli(['audit', 'list', '--json'], product.env);
    const entries = JSON.parse(stdout) as { workflowId: string; queryHash: string }[];
    return entries.find((entry) => entry.workflowId === workflowId)?.queryHash ?? '';
  };

  const exported = (product: Product, ...args: readonly string[]): Promise<CliEnd> =>
    cli(['runs', 'export', ...args], product.env);

  test('every window in one file, each row with its window and revision; sums are those of the runs', async () => {
    const product = await suite.product({ simulator: { cxone: { data: { rows: 60, outliers: 0, nulls: 0 } } } });
    const results = [
      await delivered(product, '2026-10-01', '2026-10-02'),
      await delivered(product, '2026-10-02', '2026-10-03'),
      await delivered(product, '2026-11-01', '2026-11-02'),
    ];
    const hash = await queryHashIn(product, results[0]?.workflowId ?? '');
    const out = join(folder, 'all.ndjson');
    const all = await exported(product, '--series', hash.slice(0, 16), '--with-identity', '--out', out, '--json');
    assert.deepEqual([all.code, all.stderr], [0, '']);
    const rows = rowsIn(await readFile(out, 'utf8'));
    const counts = results.map(({ delivery: { deliveryId }, window }) => {
      const own = rows.filter((row) => row['_delivery_id'] === deliveryId);
      for (const row of own) {
        assert.deepEqual(
          [row['_window_from'], row['_window_to'], row['_time_zone']],
          [window.from, window.to, window.timeZone],
        );
        assert.deepEqual([row['_series'], row['_revision']], [hash.slice(0, 16), 1]);
      }
      return own.length;
    });
    assert.deepEqual(
      counts,
      results.map((result) => result.rows.kept),
    );
    const manifest = JSON.parse(all.stdout) as { rows: number; windows: { rows: number }[]; overlaps: unknown[] };
    assert.deepEqual([manifest.rows, manifest.overlaps], [rows.length, []]);
    assert.deepEqual(
      manifest.windows.map((window) => window.rows),
      counts,
    );

    const october = await exported(product, '--series', hash, '--from', '2026-10', '--to', '2026-11', '--out', '-');
    assert.equal(october.code, 0);
    assert.equal(rowsIn(october.stdout).length, (counts[0] ?? 0) + (counts[1] ?? 0));
    const csv = await exported(product, '--series', hash, '--format', 'csv', '--raw', '--out', '-');
    const returned = results.reduce((sum, result) => sum + result.rows.returned, 0);
    assert.equal(csv.stdout.split('\r\n').length, returned + 2, 'one header for all windows');

    const [trail, page] = [
      await cli(['audit', 'export', '--out', '-'], product.env),
      await cli(['report', results[0]?.workflowId ?? '', '--out', '-'], product.env),
    ];
    assert.equal(rowsIn(trail.stdout).length, 3, 'other commands with --out know - as well');
    assert.match(page.stdout, /^<!doctype html>.*<\/html>\s*$/is);
    await product.stop();
  });

  test('windows that overlap and rows beyond the asked days are said; a sample is not taken for all rows', async () => {
    const product = await suite.product({ simulator: { cxone: { data: { rows: 60, outliers: 0, nulls: 0 } } } });
    const day = await delivered(product, '2026-10-01', '2026-10-02', 10);
    const week = await delivered(product, '2026-10-01', '2026-10-08', 10);
    const hash = await queryHashIn(product, day.workflowId);
    const out = join(folder, 'overlap.ndjson');
    const both = await exported(product, '--series', hash, '--to', '2026-10-02', '--out', out);
    assert.equal(both.code, 0);
    assert.match(both.stderr, /2026-10-01\.\.2026-10-07 reaches beyond --from and --to/);
    assert.match(both.stderr, /overlap: rows of the same time are written twice/);
    assert.equal(rowsIn(await readFile(out, 'utf8')).length, day.rows.kept + week.rows.kept);
    assert.ok(day.rows.kept > 10);
    const sent = await exported(product, '--series', hash, '--delivered', '--out', '-');
    assert.equal(rowsIn(sent.stdout).length, 20);
    await product.stop();
  });

  test('a series that nobody knows, and flags that do not fit, are refused with a sentence', async () => {
    const product = await suite.product({});
    const out = join(folder, 'no');
    for (const [args, message] of [
      [['--series', 'ab'.repeat(8)], /no delivered window of the series .* no such series/],
      [['--series', 'yesterday'], /is no series: write its 16 hex digits/],
      [['--series', 'ab'.repeat(8), 'journey-x'], /a run or a series, not both/],
      [['--from', '2026-10-01', 'journey-x'], /--from goes with --series/],
      [['journey-x', '--bom'], /--bom is for a CSV: add --format csv/],
      [['--series', 'ab'.repeat(8), '--from', 'soon'], /--from soon is no date/],
      [['journey-x', '--json', '--out', '-'], /both write to stdout/],
    ] as const) {
      const end = await exported(product, '--out', out, ...args);
      assert.deepEqual([end.code, message.test(end.stderr + end.stdout)], [2, true], end.stderr + end.stdout);
    }
    await product.stop();
  });
});
