import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { cli } from '../../support/cli/cli.js';
import { startSuite, type Product, type Suite } from '../../support/product.js';

const METRICS = ['journeyCompletionRate', 'journeyDropOffRate'] as const;
type Metric = (typeof METRICS)[number];

interface Row {
  readonly date: string;
  readonly journeyId: string;
  readonly values: Readonly<Record<Metric, number | null>>;
}

/** As a spreadsheet would read them: a number in a string is a number. */
function rowsOf(ndjson: string): readonly Row[] {
  return ndjson
    .split('\n')
    .slice(0, -1)
    .map((line) => {
      const row = JSON.parse(line) as Record<string, string | number | null>;
      const value = (metric: Metric): number | null => (row[metric] == null ? null : Number(row[metric]));
      return {
        date: String(row['date']),
        journeyId: String(row['journeyId']),
        values: {
          journeyCompletionRate: value('journeyCompletionRate'),
          journeyDropOffRate: value('journeyDropOffRate'),
        },
      };
    });
}

const numbersOf = (rows: readonly Row[], metric: Metric): readonly number[] =>
  rows.map(({ values }) => values[metric]).filter((value) => value !== null);

const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** The seed's rule, metric after metric; rows without a number stay. */
function withoutOutliers(all: readonly Row[]): { kept: readonly Row[]; bounds: readonly [number, number][] } {
  const bounds: [number, number][] = [];
  let kept = all;
  for (const metric of METRICS) {
    const sorted = numbersOf(kept, metric).toSorted((one, other) => one - other);
    const [q1 = 0, q3 = 0] = [1, 3].map((quarter) => sorted[Math.floor((quarter * sorted.length) / 4)]);
    const [lower, upper] = [q1 - 1.5 * (q3 - q1), q3 + 1.5 * (q3 - q1)];
    bounds.push([lower, upper]);
    kept = kept.filter(({ values }) => {
      const value = values[metric];
      return value === null || (value >= lower && value <= upper);
    });
  }
  return { kept, bounds };
}

/** The cells of a table on a page, row by row. */
function tableOf(page: string, caption: string): readonly (readonly string[])[] {
  const [, body = assert.fail(`no table ${caption}`)] =
    new RegExp(`aria-label="${caption}">.*?<tbody>(.*?)</tbody>`, 's').exec(page) ?? [];
  return [...body.matchAll(/<tr>(.*?)<\/tr>/gs)].map(([, row = '']) =>
    [...row.matchAll(/<t[hd][^>]*>(.*?)<\/t[hd]>/gs)].map(([, cell = '']) => cell.replaceAll(/<[^>]*>/g, '').trim()),
  );
}

const read = (text = ''): number => Number(text.replaceAll(',', ''));

/** A page has six digits. */
function assertShown(shown: string | undefined, value: number, what: string): void {
  assert.ok(Math.abs(read(shown) - value) <= Math.abs(value) * 1e-5, `${what}: ${shown ?? 'nothing'} for ${value}`);
}

const DATA = { rows: 3_000, outliers: 0.02, nulls: 0.01, numericStrings: 0.03, missingDays: 0.3, seed: 'report' };

describe('numbers of a report, counted again over the rows that the source sent', () => {
  let suite: Suite;
  let product: Product;
  let folder: string;
  let page: string;
  let raw: readonly Row[];
  let kept: readonly Row[];
  let bounds: readonly [number, number][];

  before(async () => {
    suite = await startSuite();
    folder = await mkdtemp(join(tmpdir(), 'journey-numbers-'));
    product = await suite.product({ simulator: { cxone: { data: DATA } } });
    const { query } = product.request();
    const run = await product.client.start(
      product.request({ query: { ...query, dateFrom: '2026-10-20', dateTo: '2026-11-10' } }),
    );
    await run.result();
    const written = async (out: string, ...command: string[]): Promise<string> => {
      assert.equal((await cli([...command, '--out', join(folder, out)], product.env)).code, 0);
      return readFile(join(folder, out), 'utf8');
    };
    page = await written('page.html', 'report', run.workflowId);
    raw = rowsOf(await written('rows', 'runs', 'export', run.workflowId, '--raw'));
    ({ kept, bounds } = withoutOutliers(raw));
  });
  after(async () => {
    await product.stop();
    await suite.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('has the headline', () => {
    const text = page.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ');
    const count = (value: number): string => value.toLocaleString('en-US');
    const days = new Set(raw.map(({ date }) => date)).size;
    assert.ok(text.includes(`${count(kept.length)} rows delivered of ${count(raw.length)} returned`));
    assert.ok(text.includes(`${days}/21 buckets with rows ${21 - days} missing`));
    assert.ok(text.includes(`${count(raw.length - kept.length)} outliers removed`));
    const accuracy = Number(((kept.length / raw.length) * 100).toFixed(2));
    assert.ok(text.includes(`${accuracy} % accuracyRate`), String(accuracy));
  });

  it('has every bucket: its rows and means, or that it is missing', () => {
    const table = tableOf(page, 'Means by bucket');
    assert.equal(table.length, 21);
    for (const [day = '', rows, ...means] of table) {
      const own = kept.filter(({ date }) => date === day);
      const isMissing = !raw.some(({ date }) => date === day);
      assert.equal(rows, isMissing ? 'missing' : String(own.length), day);
      for (const [index, metric] of METRICS.entries()) {
        if (isMissing) assert.equal(means[index], '–', day);
        else assertShown(means[index], meanOf(numbersOf(own, metric)), `${metric} of ${day}`);
      }
    }
    assert.ok(
      table.some(([, rows]) => rows === 'missing'),
      'this seed has days without rows',
    );
  });

  it('has the calendar, day for day', () => {
    const [october = '', november = ''] = page.match(/<table class="month">.*?<\/table>/gs) ?? [];
    const missing = [october, november].flatMap((month, index) =>
      [...month.matchAll(/<td class="cell none">\s*(\d+)/g)].map(
        ([, day = '']) => `2026-1${index}-${day.padStart(2, '0')}`,
      ),
    );
    const named = tableOf(page, 'Means by bucket').flatMap(([day = '', rows]) => (rows === 'missing' ? [day] : []));
    assert.deepEqual(missing, named);
    assert.equal(page.match(/<td class="cell full">/g)?.length, 21 - named.length);
  });

  it('has the distribution: bins, least and greatest, and the bounds of the outlier rule', () => {
    for (const [index, metric] of METRICS.entries()) {
      const values = numbersOf(raw, metric);
      const table = tableOf(page, `Distribution of ${metric}`);
      assert.equal(
        table.reduce((sum, [, rows]) => sum + read(rows), 0),
        values.length,
      );
      const edges = table.map(([bin = '']) => bin.split(' to ').map(Number));
      const inner = edges.filter(([, end]) => end !== undefined);
      const [from, to] = [inner[0]?.[0] ?? NaN, inner.at(-1)?.[1] ?? NaN];
      for (const [at, [start, end]] of edges.entries()) {
        const [name, rows] = table[at] ?? [];
        const within = values.filter((value) =>
          name === 'below'
            ? value < from
            : name === 'above'
              ? value >= to
              : value >= (start ?? 0) && value < (end ?? 0),
        );
        assert.equal(read(rows), within.length, `${metric}, ${name ?? ''}`);
      }
      const [, caption = ''] = new RegExp(`id="spread-${index}-desc">([^<]*)<`).exec(page) ?? [];
      const [count, least, greatest] = (/^([\d,]+) values from (\S+) to (\S+)\. /.exec(caption) ?? []).slice(1);
      assert.equal(read(count), values.length);
      assertShown(least, Math.min(...values), `least ${metric}`);
      assertShown(greatest, Math.max(...values), `greatest ${metric}`);
      const [lower, upper] = (/outside (\S+) to (\S+)\. /.exec(`${caption} `) ?? []).slice(1);
      assertShown(lower, bounds[index]?.[0] ?? NaN, `lower bound of ${metric}`);
      assertShown(upper, bounds[index]?.[1] ?? NaN, `upper bound of ${metric}`);
    }
  });

  it('has the greatest and the least journeys, in order', () => {
    const journeys = [...new Set(kept.map(({ journeyId }) => journeyId))].map((name) => {
      const rows = kept.filter(({ journeyId }) => journeyId === name);
      return {
        name,
        rows: rows.length,
        means: METRICS.map((metric) => meanOf(numbersOf(rows, metric))),
      };
    });
    // Means are equal now and then, but for the last digits of a sum: then the name decides, of as many rows.
    const rankOf = ({ means: [mean = 0] }: (typeof journeys)[number]): number => Number(mean.toPrecision(12));
    journeys.sort(
      (one, other) => rankOf(other) - rankOf(one) || other.rows - one.rows || (one.name < other.name ? -1 : 1),
    );
    const ends = { Greatest: journeys.slice(0, 10), Least: journeys.slice(-10).reverse() };
    for (const [end, expected] of Object.entries(ends)) {
      const table = tableOf(page, `${end} by journeyId`);
      assert.deepEqual(
        table.map(([name, rows]) => [name, read(rows)]),
        expected.map(({ name, rows }) => [name, rows]),
      );
      for (const [at, { name, means }] of expected.entries()) {
        for (const [index, mean] of means.entries()) assertShown(table[at]?.[index + 2], mean, name);
      }
    }
  });
});
