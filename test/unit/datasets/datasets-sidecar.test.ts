import assert from 'node:assert/strict';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import type { DatasetStore, PartRows, RowPipeline, StoredPage } from '../../../src/ports/index.js';
import type { DatasetRef, TransformOutput } from '../../../src/contract/result/dataset.js';
import { DatasetError } from '../../../src/datasets/store/dataset-error.js';
import { createDatasetStore } from '../../../src/datasets/store/dataset-store.js';
import { createFileBlobStore } from '../../../src/datasets/blobs/file-blob-store.js';
import { pageNoteBytes } from '../../../src/datasets/store/manifest.js';
import { parseSidecar, sidecarBytes } from '../../../src/datasets/store/page-sidecar.js';
import { createRowPipeline } from '../../../src/datasets/transform/row-pipeline.js';
import { pageKeysOf } from '../../../src/pages/requested-keys.js';
import { digested, type DigestedColumns } from '../../../src/pages/row-digests.js';
import { scanPage } from '../../../src/pages/scan-page.js';
import { idle, pageOf, RUN_KEY, SCOPE, sealed, TAKE, temporaryFolder, temporaryStore } from './datasets-fixtures.js';
import { buckets, rawRow } from './transform-reference.js';

const ROW_KEYS = { dateKey: 'date', metrics: ['a', 'b'], dimensions: ['journeyId', 'extra'] };
const KEYS = pageKeysOf(ROW_KEYS);

function columnsOf(rows: readonly string[]): DigestedColumns {
  const page = Buffer.from(`{"data":[${rows.join(',')}]}`);
  const columns = scanPage(page, KEYS, new Set())?.columns;
  assert.ok(columns);
  return digested(page, columns);
}

test('gives back every column as it was', () => {
  const page = fc.array(rawRow, { maxLength: 30 });
  fc.assert(
    fc.property(page, fc.nat({ max: 9 }), (rows, shift) => {
      const columns = columnsOf(rows);
      const bytes = sidecarBytes(columns);
      // Wherever in memory the store puts them.
      const moved = new Uint8Array(new ArrayBuffer(bytes.length + shift), shift);
      moved.set(bytes);
      assert.deepEqual(parseSidecar(moved, rows.length, KEYS), columns);
    }),
  );
});

test('what is not a sidecar of these rows and keys is not read', () => {
  const bytes = Buffer.from(sidecarBytes(columnsOf(['{"date":"d0","a":1}', '{"b":"2"}'])));
  const isRead = (sidecar: Uint8Array, rows = 2, keys = KEYS): boolean =>
    parseSidecar(sidecar, rows, keys) !== undefined;
  assert.ok(isRead(bytes));
  assert.ok(isRead(bytes, 2, { metrics: ['b'], texts: [], others: ['extra'] }), 'it may hold more than is needed');
  assert.ok(!isRead(bytes, 3));
  for (const keys of ['metrics', 'texts', 'others']) assert.ok(!isRead(bytes, 2, { ...KEYS, [keys]: ['c'] }), keys);
  for (const length of [0, 3, 8, 40, bytes.length - 1])
    assert.ok(!isRead(bytes.subarray(0, length)), `cut to ${length}`);
  assert.ok(!isRead(Buffer.concat([bytes, Buffer.of(0)])));
  const swapped = Buffer.concat([Buffer.from(bytes.subarray(0, 4)).reverse(), bytes.subarray(4)]);
  assert.ok(!isRead(swapped), 'of a machine with the other order of bytes');
  const later = Buffer.from(bytes.toString('latin1').replace(/"version":\d/, '"version":9'), 'latin1');
  assert.ok(!isRead(later), 'of another version');
});

test('comes to an end on bytes that are no sidecar at all', () => {
  const bytes = Buffer.from(sidecarBytes(columnsOf(['{"date":"d0","a":1}'])));
  fc.assert(fc.property(fc.uint8Array(), (other) => void parseSidecar(other, 1, KEYS)));
  fc.assert(
    fc.property(fc.nat(bytes.length - 1), fc.nat(255), (at, byte) => {
      const changed = Buffer.from(bytes);
      changed[at] = byte;
      parseSidecar(changed, 1, KEYS);
    }),
    { numRuns: 1_000 },
  );
});

interface Result {
  readonly output: Omit<TransformOutput, 'manifest'>;
  readonly parts: readonly string[];
}

async function textOf(pipeline: RowPipeline, output: TransformOutput): Promise<readonly string[]> {
  const parts: PartRows[] = [];
  for await (const part of pipeline.parts(output, idle)) parts.push(part);
  return parts.map(({ json }) => Buffer.concat(json).toString());
}

/** The manifests name the sidecars, so they are left out of what is compared. */
async function resultOf(store: DatasetStore, dataset: DatasetRef): Promise<Result> {
  const pipeline = createRowPipeline(store);
  const processing = { maxRows: 3, outliers: 'remove' as const, outlierMetrics: ['a', 'b'] };
  const partLimits = { maxRows: 2, maxBytes: 500_000 };
  const input = { runKey: RUN_KEY, aggregates: false, dataset, ...ROW_KEYS, processing, partLimits, buckets };
  const { manifest, ...output } = await pipeline.transform(input, idle, () => undefined);
  return { output, parts: await textOf(pipeline, { ...output, manifest }) };
}

const ROWS = [1, 2, 3, 4, 900].map((a) => `{"date":"d0","journeyId":"j","extra":1,"a":${a},"b":"${a}"}`);

test('a page whose sidecar is absent, lost, damaged or of another version is read from its body', async (t) => {
  const folder = await temporaryFolder(t);
  const store = createDatasetStore(createFileBlobStore(folder));
  const expected = await resultOf(store, await sealed(store, [ROWS], { ...TAKE, take: 9 }));
  assert.deepEqual([expected.output.rows.kept, expected.parts.length], [4, 2]);

  const dataset = await sealed(store, [ROWS], TAKE, ROW_KEYS);
  assert.deepEqual(await resultOf(store, dataset), expected);
  const [page] = await store.pages(TAKE, idle);
  assert.ok(page?.columns);
  const path = join(folder, SCOPE, 'blobs', page.columns.sha256);
  const bytes = await readFile(path);
  await writeFile(path, bytes.subarray(0, -8));
  assert.deepEqual(await resultOf(store, dataset), expected);
  await rm(path);
  assert.deepEqual(await resultOf(store, dataset), expected);

  const older = bytes.toString('latin1').replace('"version":1', '"version":0');
  const columns = await store.put(SCOPE, Buffer.from(older, 'latin1'), idle);
  const ofOlder = await store.seal({ ...TAKE, take: 8 }, [{ ...page, columns }], idle);
  assert.deepEqual(await resultOf(store, ofOlder), expected);
});

test('a store that cannot be read is no reason to do without the sidecar: it is tried again', async (t) => {
  const store = await temporaryStore(t);
  const dataset = await sealed(store, [ROWS], TAKE, ROW_KEYS);
  const [page] = await store.pages(TAKE, idle);
  const away = new DatasetError('unavailable', 'The disk is away.');
  const get: DatasetStore['get'] = (ref, signal) =>
    ref.sha256 === page?.columns?.sha256 ? Promise.reject(away) : store.get(ref, signal);
  await assert.rejects(resultOf({ ...store, get }, dataset), away);
});

test('with its sidecar a page is read for its dimensions and to copy its rows, and never where it has none to deliver', async (t) => {
  const store = await temporaryStore(t);
  const dataset = await sealed(store, [ROWS.slice(0, 4), [ROWS[4] ?? '']], TAKE, ROW_KEYS);
  const pages = await store.pages(TAKE, idle);
  const reads = new Map<string, number>();
  const get: DatasetStore['get'] = (ref, signal) => {
    reads.set(ref.sha256, (reads.get(ref.sha256) ?? 0) + 1);
    return store.get(ref, signal);
  };
  await resultOf({ ...store, get }, dataset);
  assert.deepEqual(
    pages.map(({ body }) => reads.get(body.sha256)),
    [2, undefined],
  );
});

test('a body that changed on disk is DatasetCorrupt, whatever its sidecar says', async (t) => {
  const folder = await temporaryFolder(t);
  const store = createDatasetStore(createFileBlobStore(folder));
  const dataset = await sealed(store, [ROWS], TAKE, ROW_KEYS);
  const [page] = await store.pages(TAKE, idle);
  assert.ok(page);
  const path = join(folder, SCOPE, 'blobs', page.body.sha256);
  await writeFile(path, (await readFile(path, 'utf8')).replace('"a":3', '"a":4'));
  await assert.rejects(
    resultOf(store, dataset),
    (error) => error instanceof DatasetError && error.failureType === 'DatasetCorrupt',
  );
});

test('the note of a page names its sidecar, and one that names another run’s is DatasetCorrupt', async (t) => {
  const blobs = createFileBlobStore(await temporaryFolder(t));
  const store = createDatasetStore(blobs);
  const columns = columnsOf(ROWS);
  const page = await store.addPage(TAKE, { ...pageOf(0, 'page', ROWS.length), columns }, idle);
  assert.ok(page.columns);
  assert.deepEqual(await store.get(page.columns, idle), Buffer.from(sidecarBytes(columns)));
  const [again]: readonly StoredPage[] = await store.pages(TAKE, idle);
  assert.deepEqual(again, page);

  const foreign = { ...page, columns: { ...page.columns, scope: `runs/${'b'.repeat(32)}` } };
  await blobs.claim(SCOPE, 'g1-t7', { name: 'page-0', value: pageNoteBytes(foreign) }, idle);
  await assert.rejects(
    store.pages({ ...TAKE, take: 7 }, idle),
    (error) => error instanceof DatasetError && error.failureType === 'DatasetCorrupt',
  );
});
