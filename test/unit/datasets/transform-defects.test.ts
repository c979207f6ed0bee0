import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DatasetStore } from '../../../src/ports/index.js';
import type { DatasetRef, TransformOutput } from '../../../src/contract/result/dataset.js';
import { DatasetError } from '../../../src/datasets/store/dataset-error.js';
import { createRowPipeline } from '../../../src/datasets/transform/row-pipeline.js';
import { parseOutputManifest, type OutputManifest } from '../../../src/datasets/store/output-manifest.js';
import { idle, pageOf, SCOPE, sealed, TAKE, temporaryStore } from './datasets-fixtures.js';
import { OF_ONE_METRIC } from './transform-reference.js';

const good = (a: number | string): string => `{"date":"d0","a":${a}}`;

function run(
  store: DatasetStore,
  dataset: DatasetRef,
  signal = idle,
  onProgress: (rows: number) => void = () => undefined,
): Promise<TransformOutput> {
  const processing = { maxRows: 5_000, outliers: 'remove' as const, outlierMetrics: ['a'] };
  const input = { ...OF_ONE_METRIC, dataset, processing };
  return createRowPipeline(store).transform(input, signal, onProgress);
}

const failsAs = (failureType: string, message: RegExp) => (error: unknown) => {
  assert.ok(error instanceof DatasetError);
  assert.equal(error.failureType, failureType);
  assert.match(error.message, message);
  return true;
};

test('a page whose rows have none of the requested keys is MalformedResponse', async (t) => {
  const store = await temporaryStore(t);
  const dataset = await sealed(store, [[good(1)], ['{"error":"no"}', '7']]);
  await assert.rejects(run(store, dataset), failsAs('MalformedResponse', /page 1 /));
});

test('a page that does not hold the rows it was stored with is DatasetCorrupt', async (t) => {
  const store = await temporaryStore(t);
  const page = await store.addPage(TAKE, pageOf(0, `{"data":[${good(1)}]}`, 2), idle);
  const dataset = await store.seal(TAKE, [page], idle);
  await assert.rejects(run(store, dataset), failsAs('DatasetCorrupt', /Page 0 /));
});

test('bytes that are not UTF-8 are refused rather than replaced', async (t) => {
  const store = await temporaryStore(t);
  const body = Buffer.from(`{"data":[${good('"\xe9"')}]}`, 'latin1');
  const page = await store.addPage(TAKE, { ...pageOf(0, '', 1), body }, idle);
  const dataset = await store.seal(TAKE, [page], idle);
  await assert.rejects(run(store, dataset), failsAs('MalformedResponse', /Page 0 /));
});

test('tells how far it is page by page, and stops at a page when it is cancelled', async (t) => {
  const store = await temporaryStore(t);
  const dataset = await sealed(store, [[good(1), good(2)], [good(3)], [good(4)]]);
  const seen: number[] = [];
  await run(store, dataset, idle, (rows) => seen.push(rows));
  assert.deepEqual(seen, [2, 3, 4, 4, 4, 4]);

  const controller = new AbortController();
  const reason = new Error('cancelled');
  let calls = 0;
  const cancelled = run(store, dataset, controller.signal, () => {
    calls += 1;
    controller.abort(reason);
  });
  await assert.rejects(cancelled, reason);
  assert.equal(calls, 1);
});

test('a reference that does not fit its manifest is DatasetCorrupt', async (t) => {
  const store = await temporaryStore(t);
  const dataset = await sealed(store, [[good(1)]]);
  await assert.rejects(run(store, { ...dataset, rows: 2 }), failsAs('DatasetCorrupt', /manifest/));
});

test('rows that are not those that were packed into parts are DatasetCorrupt', async (t) => {
  const store = await temporaryStore(t);
  const output = await run(store, await sealed(store, [[good(1), good(2)], [good(30)]]));
  const manifest = parseOutputManifest(await store.get(output.manifest, idle));
  assert.deepEqual(manifest.parts, [{ rows: 3, bytes: 62 }]);
  const partsOf = async (change: Partial<OutputManifest>): Promise<number> => {
    const bytes = Buffer.from(JSON.stringify({ ...manifest, ...change }));
    const changed = { ...output, manifest: await store.put(SCOPE, bytes, idle) };
    let rows = 0;
    for await (const part of createRowPipeline(store).parts(changed, idle)) rows += part.rows;
    return rows;
  };
  assert.equal(await partsOf({}), 3);
  const others: Partial<OutputManifest>[] = [
    { selection: await store.put(SCOPE, Uint8Array.of(0b011), idle) },
    { selection: await store.put(SCOPE, Uint8Array.of(0b111, 0), idle) },
    { parts: [{ rows: 3, bytes: 61 }] },
    { parts: [{ rows: 2, bytes: 41 }] },
    { parts: [{ rows: 4, bytes: 62 }] },
    { parts: [...manifest.parts, { rows: 1, bytes: 10 }] },
    { parts: [] },
  ];
  for (const other of others) await assert.rejects(partsOf(other), failsAs('DatasetCorrupt', /packed into parts/));
});

test('white space between rows is no part of them', async (t) => {
  const store = await temporaryStore(t);
  const rows = [good(1), good(2), good(3), good(4)];
  const body = `{"data":[ ${rows[0]} ,${rows[1]},${rows[2]},\n${rows[3]}\t]}`;
  const page = await store.addPage(TAKE, pageOf(0, body, rows.length), idle);
  const output = await run(store, await store.seal(TAKE, [page], idle));
  const texts: string[] = [];
  for await (const { json } of createRowPipeline(store).parts(output, idle)) texts.push(Buffer.concat(json).toString());
  assert.deepEqual(texts, [`[${rows.join(',')}]`]);
});

test('a second attempt gives the same output, to the byte', async (t) => {
  const store = await temporaryStore(t);
  const dataset = await sealed(store, [[good(1), good(2)], [good(3)]]);
  assert.deepEqual(await run(store, dataset), await run(store, dataset));
});
