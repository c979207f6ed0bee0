import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { openObjectPlace } from '../../../src/datasets/objects/open-place.js';
import { createFilesDestination } from '../../../src/destinations/files/files-destination.js';
import { FORMATS } from '../../../src/destinations/files/formats/formats.js';
import type { Cell } from '../../../src/ports/index.js';
import { cacheFolder } from '../../../stack/install/cache-folder.mjs';
import { installPythonPackage } from '../../../stack/install/python-package.js';
import { StackError } from '../../../stack/errors.js';
import { rowsOfRevision } from '../../support/destinations/rows-of-revision.js';
import { testS3 } from '../../support/pages/s3-server.js';

const run = promisify(execFile);
const pathOf = (name: string): string => fileURLToPath(new URL(`../../support/${name}`, import.meta.url));
const still = (): AbortSignal => new AbortController().signal;

/** The folder of DuckDB and pyarrow, or why there is none here. */
async function readers(t: TestContext): Promise<string | undefined> {
  const target = join(cacheFolder(process.env), 'parquet-readers-1');
  const wanted = {
    requirements: pathOf('requirements/parquet-readers.txt'),
    target,
    executable: 'pyarrow/__init__.py',
  };
  try {
    await installPythonPackage(wanted);
    return target;
  } catch (error) {
    if (!(error instanceof StackError) || error.kind !== 'download-failed') throw error;
    t.skip(`DuckDB and pyarrow cannot be installed here: ${error.message}`);
    return undefined;
  }
}

const COLUMNS = [
  { name: 'date', type: 'date' },
  { name: 'at', type: 'instant' },
  { name: 'dimension', type: 'text' },
  { name: 'metric', type: 'number' },
  { name: 'flag', type: 'boolean' },
  { name: 'extra', type: 'json' },
] as const;

/** Rows with nulls, texts of every kind, ties, and ids above 2^53. */
const ROWS = fc.array(
  fc.tuple(
    fc.option(fc.integer({ min: -100_000, max: 100_000 })),
    fc.option(fc.integer({ min: -2_000_000_000_000, max: 4_000_000_000_000 })),
    fc.option(
      fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('', 'a', '9007199254740993', '12345678901234567890')),
    ),
    fc.option(fc.double({ noNaN: true, noDefaultInfinity: true })),
    fc.option(fc.boolean()),
    fc.option(fc.json()),
  ),
  { minLength: 2_000, maxLength: 4_000, size: 'max' },
);

describe('Parquet', () => {
  it('reads in DuckDB and pyarrow as it was written', async (t) => {
    const folder = await readers(t);
    if (folder === undefined) return;
    const home = await mkdtemp(join(tmpdir(), 'journey-metrics-parquet-'));
    t.after(() => rm(home, { recursive: true, force: true }));
    const [values = []] = fc.sample(ROWS, { numRuns: 1, seed: 17 }) as Cell[][][];
    const { table } = rowsOfRevision({ columns: COLUMNS, values });
    const chunks: Uint8Array[] = [];
    for await (const chunk of FORMATS.parquet(table, still())) chunks.push(chunk);
    const file = join(home, 'part-0.parquet');
    await writeFile(file, chunks);
    const { stdout } = await run('python3', [pathOf('destinations/read_parquet.py'), folder, file], {
      maxBuffer: 64 * 1024 * 1024,
      env: { ...process.env, TZ: 'UTC' },
    });
    const read = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown[]);
    const ours = table.constants.map(({ value }) => value);
    for (const reader of ['duckdb', 'pyarrow']) {
      const own = read.filter(([name]) => name === reader).map((row) => row.slice(1));
      assert.deepEqual(
        own,
        values.map((row) => [...row, ...ours]),
        reader,
      );
    }
  });
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
