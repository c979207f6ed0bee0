import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { openObjectPlace } from '../../../src/datasets/objects/open-place.js';
import { createFilesDestination } from '../../../src/destinations/files/files-destination.js';
import { FORMATS } from '../../../src/destinations/files/formats/formats.js';
import type { Cell, RowTable } from '../../../src/ports/index.js';
import { askDuckDb, pythonTools, runPython } from '../../support/destinations/python-tools.js';
import { rowsOfRevision } from '../../support/destinations/rows-of-revision.js';
import { testS3 } from '../../support/pages/s3-server.js';

const still = (): AbortSignal => new AbortController().signal;

const COLUMNS = [
  { name: 'date', type: 'date' },
  { name: 'at', type: 'instant' },
  { name: 'dimension', type: 'text' },
  { name: 'metric', type: 'number' },
  { name: 'flag', type: 'boolean' },
  { name: 'extra', type: 'json' },
] as const;

/** An hour before the clocks go back in Chicago, and the hour that comes twice there. */
const CLOCK_CHANGE = [0, 1, 2].map((hour) => Date.parse('2026-11-01T05:00:00Z') + hour * 3_600_000);

/** Rows with nulls, texts of every kind, ties, ids above 2^53 and a change of clocks. ClickHouse has no day before 1900. */
const ROWS = fc.array(
  fc.tuple(
    fc.option(fc.integer({ min: -25_000, max: 100_000 })),
    fc.option(
      fc.oneof(fc.integer({ min: -2_000_000_000_000, max: 4_000_000_000_000 }), fc.constantFrom(...CLOCK_CHANGE)),
    ),
    fc.option(
      fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('', 'a', '9007199254740993', '12345678901234567890')),
    ),
    fc.option(fc.double({ noNaN: true, noDefaultInfinity: true })),
    fc.option(fc.boolean()),
    fc.option(fc.json()),
  ),
  { minLength: 2_000, maxLength: 4_000, size: 'max' },
);

function randomRows(): { readonly values: Cell[][]; readonly table: RowTable } {
  const [values = []] = fc.sample(ROWS, { numRuns: 1, seed: 17 }) as Cell[][][];
  return { values, table: rowsOfRevision({ columns: COLUMNS, values }).table };
}

async function written(t: TestContext, format: keyof typeof FORMATS, table: RowTable): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'journey-metrics-readers-'));
  t.after(() => rm(home, { recursive: true, force: true }));
  const chunks: Uint8Array[] = [];
  for await (const chunk of FORMATS[format](table, still())) chunks.push(chunk);
  const file = join(home, `part-0.${format}`);
  await writeFile(file, chunks);
  return file;
}

describe('a file', () => {
  it('of Parquet reads in DuckDB, pyarrow and ClickHouse as it was written', async (t) => {
    const folders = await pythonTools(t, 'parquet-readers', 'chdb');
    if (folders === undefined) return;
    const { values, table } = randomRows();
    const file = await written(t, 'parquet', table);
    const script = fileURLToPath(new URL('../../support/destinations/read_parquet.py', import.meta.url));
    const { code, stdout, stderr } = await runPython({ folders, args: [script, file] });
    assert.equal(code, 0, stderr);
    const read = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown[]);
    const ours = table.constants.map(({ value }) => value);
    for (const reader of ['duckdb', 'pyarrow', 'clickhouse']) {
      const own = read.filter(([name]) => name === reader).map((row) => row.slice(1));
      assert.deepEqual(
        own,
        values.map((row) => [...row, ...ours]),
        reader,
      );
    }
  });

  for (const [format, reader] of [
    ['csv', 'read_csv'],
    ['ndjson', 'read_json'],
  ] as const) {
    it(`of ${format} reads in DuckDB as it was written`, async (t) => {
      const folders = await pythonTools(t, 'parquet-readers');
      if (folders === undefined) return;
      const { values, table } = randomRows();
      const file = await written(t, format, table);
      const types = `{date: 'DATE', "at": 'TIMESTAMPTZ', dimension: 'VARCHAR', metric: 'DOUBLE', flag: 'BOOLEAN', extra: '${format === 'csv' ? 'VARCHAR' : 'JSON'}'}`;
      // Of CSV the columns of the window, too, are named by their place: text will do.
      const all =
        format === 'csv'
          ? `types = ${types}, auto_detect = true, header = true, allow_quoted_nulls = false, sample_size = -1`
          : `columns = ${types}`;
      const read = await askDuckDb<Record<string, unknown>>(
        folders,
        ':memory:',
        `SELECT date, epoch_ms("at") AS "at", dimension, metric, flag, extra FROM ${reader}('${file}', ${all})`,
      );
      const dayOf = (days: Cell): Cell =>
        typeof days === 'number' ? new Date(days * 86_400_000).toISOString().slice(0, 10) : null;
      const json = (text: Cell): unknown => (typeof text === 'string' ? JSON.parse(text) : null);
      const expected = values.map(([date = null, at, dimension, metric, flag, extra = null]) => {
        return { date: dayOf(date), at, dimension, metric, flag, extra: json(extra) };
      });
      assert.deepEqual(
        read.map((row) => ({ ...row, extra: json(row['extra'] as Cell) })),
        expected,
      );
    });
  }
});

describe('files in a bucket', () => {
  const s3 = testS3();

  it('are whole, also as uploads in parts, named last and deleted when they are old', async (t) => {
    const missing = s3.missing();
    if (missing !== undefined) {
      t.skip(missing);
      return;
    }
    const place = await openObjectPlace(s3.place());
    t.after(() => {
      place.close();
    });
    const clock = { now: Date.now() };
    const ambient = { now: () => clock.now, random: () => 0.5 };
    const open = () => Promise.resolve(place);
    const destination = createFilesDestination({ url: place.name, open, format: 'csv', keepRevisions: 1, ambient });
    const text = 'x'.repeat(1_000);
    const columns = [{ name: 'text', type: 'text' }] as const;
    // 20 MB: three parts of an upload.
    const large = rowsOfRevision({ columns, values: Array.from({ length: 20_000 }, () => [text]) });
    assert.equal((await destination.write(large, still())).reason, 'written');
    const folder = 'org=acme/source=analytics/series=0123456789abcdef/window=20261101T0000Z-20261108T0000Z';
    const body = await place.read(`${folder}/revision=000001/part-0.csv`, still());
    assert.equal(
      Buffer.from(body ?? [])
        .toString()
        .split('\n').length,
      20_002,
    );
    clock.now += 2 * 86_400_000;
    for (const revision of [2, 3]) {
      assert.equal((await destination.write(rowsOfRevision({ revision }), still())).reason, 'written');
    }
    const left = (await place.objects(folder, still())).map(({ name }) => name.slice(folder.length + 1));
    assert.deepEqual(left.sort(), ['_current.json', 'revision=000003/_manifest.json', 'revision=000003/part-0.csv']);
    const current = JSON.parse(
      Buffer.from((await place.read(`${folder}/_current.json`, still())) ?? []).toString(),
    ) as object;
    assert.deepEqual({ ...current, files: undefined }, { ...current, files: undefined, revision: 3 });
  });

  it('that is not there or not ours is said in a sentence, for good', async (t) => {
    const missing = s3.missing();
    if (missing !== undefined) {
      t.skip(missing);
      return;
    }
    const place = await openObjectPlace({ ...s3.place(), bucket: 'no-such-bucket' });
    t.after(() => {
      place.close();
    });
    const ambient = { now: Date.now, random: () => 0.5 };
    const destination = createFilesDestination({
      url: place.name,
      open: () => Promise.resolve(place),
      format: 'csv',
      ambient,
    });
    const answer = await destination.write(rowsOfRevision(), still());
    assert.deepEqual([answer.delivered, answer.permanent], [false, true], answer.reason);
    assert.match(answer.reason, /the bucket of the destination does not exist: create it, or correct the URL/);
  });
});
