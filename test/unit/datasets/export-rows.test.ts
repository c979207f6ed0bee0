import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { DatasetStore } from '../../../src/ports/index.js';
import type { TransformOutput } from '../../../src/contract/result/dataset.js';
import { DatasetError } from '../../../src/datasets/store/dataset-error.js';
import { createDatasetStore } from '../../../src/datasets/store/dataset-store.js';
import { ndjsonOf } from '../../../src/datasets/read/export-ndjson.js';
import { openRowExport, openTableExport, type ExportedRows } from '../../../src/datasets/read/export-rows.js';
import { createFileBlobStore } from '../../../src/datasets/blobs/file-blob-store.js';
import { createRowPipeline } from '../../../src/datasets/transform/row-pipeline.js';
import { idle, RUN_KEY, SCOPE, sealed, TAKE, temporaryFolder } from './datasets-fixtures.js';
import { buckets } from './transform-reference.js';

const row = (a: number): string => `{"date":"d0","journeyId":"j","a":${a}}`;
const PAGES = [[1, 2, 3, 4].map(row), [900, 5, 6, 7].map(row), [901].map(row)] as const;

interface Stored {
  readonly folder: string;
  readonly store: DatasetStore;
  readonly output: TransformOutput;
}

async function stored(t: TestContext, maxRows: number): Promise<Stored> {
  const folder = await temporaryFolder(t);
  const store = createDatasetStore(createFileBlobStore(folder));
  const keys = { dateKey: 'date', metrics: ['a'], dimensions: ['journeyId'] };
  const dataset = await sealed(store, PAGES, TAKE, keys);
  const processing = { maxRows, outliers: 'remove' as const, outlierMetrics: ['a'] };
  const partLimits = { maxRows: 1_000, maxBytes: 500_000 };
  const input = { runKey: RUN_KEY, aggregates: false, dataset, ...keys, processing, partLimits, buckets };
  const output = await createRowPipeline(store).transform(input, idle, () => undefined);
  return { folder, store, output };
}

async function exported({ store, output }: Stored, which: ExportedRows): Promise<string[]> {
  const source = await openRowExport(store, output.manifest, which, idle);
  let text = '';
  for await (const batch of source.batches()) text += Buffer.from(ndjsonOf(batch)).toString();
  const lines = text.split('\n').slice(0, -1);
  assert.equal(lines.length, source.rows);
  return lines;
}

test('raw rows are what the source returned, kept ones what outliers left of it, delivered ones the sample of that', async (t) => {
  const run = await stored(t, 3);
  assert.deepEqual(await exported(run, 'raw'), PAGES.flat());
  assert.deepEqual(await exported(run, 'kept'), [1, 2, 3, 4, 5, 6, 7].map(row));
  assert.deepEqual(await exported(run, 'delivered'), [1, 3, 5].map(row));
});

test('without a sample all that was kept was delivered', async (t) => {
  const run = await stored(t, 100);
  assert.deepEqual(await exported(run, 'delivered'), [1, 2, 3, 4, 5, 6, 7].map(row));
  assert.deepEqual(await exported(run, 'kept'), await exported(run, 'delivered'));
});

test('a page without rows to export is not read', async (t) => {
  const run = await stored(t, 100);
  const pages = await run.store.pages(TAKE, idle);
  await rm(join(run.folder, SCOPE, 'blobs', pages[2]?.body.sha256 ?? ''));
  assert.equal((await exported(run, 'kept')).length, 7);
});

test('rows that are gone are DatasetExpired, and rows that changed on disk DatasetCorrupt', async (t) => {
  const fails = (type: string) => (error: unknown) => error instanceof DatasetError && error.failureType === type;
  const run = await stored(t, 3);
  const [page] = await run.store.pages(TAKE, idle);
  const path = join(run.folder, SCOPE, 'blobs', page?.body.sha256 ?? '');
  await writeFile(path, 'something else');
  await assert.rejects(exported(run, 'raw'), fails('DatasetCorrupt'));
  await rm(path);
  await assert.rejects(exported(run, 'raw'), fails('DatasetExpired'));
  await rm(run.folder, { recursive: true });
  await assert.rejects(exported(run, 'raw'), fails('DatasetExpired'));
});

test('the table of a rollup is exported a line a group', async (t) => {
  const { store, output } = await stored(t, 3);
  assert.ok(output.rollup);
  const source = await openTableExport(store, output.rollup.table, idle);
  let text = '';
  for await (const batch of source.batches()) text += Buffer.from(ndjsonOf(batch)).toString();
  assert.equal(source.rows, 1);
  assert.deepEqual(JSON.parse(text), output.rollup.groups[0]);
});
