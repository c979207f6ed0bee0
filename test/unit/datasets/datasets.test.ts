import assert from 'node:assert/strict';
import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { sha256Of } from '../../../src/datasets/blobs/blob-store.js';
import { DatasetError } from '../../../src/datasets/store/dataset-error.js';
import { createDatasetStore } from '../../../src/datasets/store/dataset-store.js';
import { createFileBlobStore } from '../../../src/datasets/blobs/file-blob-store.js';
import { parseDatasetManifest } from '../../../src/datasets/store/manifest.js';
import { onDisk } from '../../../src/datasets/blobs/store-fault.js';
import { idle, pageOf, SCOPE, sealed, TAKE, temporaryFolder, temporaryStore } from './datasets-fixtures.js';

const failsAs = (failureType: string, message: RegExp) => (error: unknown) => {
  assert.ok(error instanceof DatasetError);
  assert.equal(error.failureType, failureType);
  assert.match(error.message, message);
  return true;
};

async function flipOneByte(path: string): Promise<void> {
  const bytes = await readFile(path);
  const middle = Math.floor(bytes.length / 2);
  bytes[middle] = (bytes[middle] ?? 0) ^ 1;
  await writeFile(path, bytes);
}

test('gives back the bytes that were put, by hash', async (t) => {
  const store = await temporaryStore(t);
  const ref = await store.put(SCOPE, Buffer.from('rows'), idle);
  assert.deepEqual(ref, { scope: SCOPE, sha256: sha256Of('rows'), bytes: 4 });
  assert.deepEqual(await store.put(SCOPE, Buffer.from('rows'), idle), ref);
  assert.equal(Buffer.from(await store.get(ref, idle)).toString(), 'rows');
});

test('lists the pages of a take in order, up to the first gap', async (t) => {
  const store = await temporaryStore(t);
  assert.deepEqual(await store.pages(TAKE, idle), []);
  for (const index of [0, 1, 2, 4, 10]) await store.addPage(TAKE, pageOf(index, `page ${index}`, index), idle);
  const pages = await store.pages(TAKE, idle);
  assert.deepEqual(
    pages.map(({ index, cursor, rows }) => [index, cursor, rows]),
    [
      [0, null, 0],
      [1, 'token-1', 1],
      [2, 'token-2', 2],
    ],
  );
  assert.deepEqual(await store.pages({ ...TAKE, take: 2 }, idle), []);
});

test('of two attempts at the same page the first entry stands, and both seal the same dataset', async (t) => {
  const folder = await temporaryFolder(t);
  const [one, zombie] = [0, 1].map(() => createDatasetStore(createFileBlobStore(folder)));
  assert.ok(one && zombie);
  const attempts = Array.from({ length: 12 }, (_, attempt) =>
    (attempt % 2 === 0 ? one : zombie).addPage(TAKE, pageOf(0, `body of attempt ${attempt}`, attempt), idle),
  );
  const entries = await Promise.all(attempts);
  const [first] = entries;
  assert.ok(first);
  for (const entry of entries) assert.deepEqual(entry, first);
  assert.deepEqual(await zombie.pages(TAKE, idle), [first]);
  assert.equal(Buffer.from(await one.get(first.body, idle)).toString(), `body of attempt ${first.rows}`);

  const refs = await Promise.all([one.seal(TAKE, [first], idle), zombie.seal(TAKE, [first], idle)]);
  assert.deepEqual(refs[0], refs[1]);
});

test('what a zombie adds after the seal is not in the dataset', async (t) => {
  const store = await temporaryStore(t);
  const ref = await sealed(store, [['{"a":1}']]);
  await store.addPage(TAKE, pageOf(1, 'late', 7), idle);
  await store.addPage(TAKE, pageOf(0, 'other', 7), idle);
  const manifest = parseDatasetManifest(await store.get(ref.manifest, idle));
  assert.equal(manifest.rows, 1);
  assert.equal(manifest.pages.length, 1);
});

test('the manifest names every page by hash and no token in clear', async (t) => {
  const store = await temporaryStore(t);
  const ref = await sealed(store, [['1', '2'], ['3']]);
  assert.deepEqual([ref.pages, ref.rows, ref.queryId], [2, 3, 'q-1']);
  const text = Buffer.from(await store.get(ref.manifest, idle)).toString();
  assert.ok(!text.includes('token-1'));
  for (const { body } of await store.pages(TAKE, idle)) assert.ok(text.includes(body.sha256));
});

test('refuses to seal pages with a gap', async (t) => {
  const store = await temporaryStore(t);
  const page = await store.addPage(TAKE, pageOf(1, 'second', 1), idle);
  await assert.rejects(store.seal(TAKE, [page], idle), /all of its pages/);
  await assert.rejects(store.seal(TAKE, [], idle), /all of its pages/);
});

test('what a crash left half-written is never visible', async (t) => {
  const folder = await temporaryFolder(t);
  const store = createDatasetStore(createFileBlobStore(folder));
  await store.addPage(TAKE, pageOf(0, 'whole', 1), idle);
  await writeFile(join(folder, SCOPE, 'notes', 'g1-t1', '.unfinished-page-1'), '{"ind');
  await writeFile(join(folder, SCOPE, 'blobs', '.unfinished-x'), 'hal');
  assert.equal((await store.pages(TAKE, idle)).length, 1);
});

test('a write that is cancelled leaves nothing behind', async (t) => {
  const folder = await temporaryFolder(t);
  const store = createDatasetStore(createFileBlobStore(folder));
  await store.put(SCOPE, Buffer.from('first'), idle);
  const controller = new AbortController();
  const put = store.put(SCOPE, Buffer.alloc(4_000_000, 1), controller.signal);
  const reason = new Error('cancelled');
  controller.abort(reason);
  await assert.rejects(put, reason);
  assert.deepEqual(await readdir(join(folder, SCOPE, 'blobs')), [sha256Of('first')]);
});

test('a byte flipped on disk is DatasetCorrupt: in a blob, in a note, in a manifest', async (t) => {
  const folder = await temporaryFolder(t);
  const store = createDatasetStore(createFileBlobStore(folder));
  const ref = await sealed(store, [['{"date":"2026-11-01"}']]);
  const [page] = await store.pages(TAKE, idle);
  assert.ok(page);
  await flipOneByte(join(folder, SCOPE, 'blobs', page.body.sha256));
  await assert.rejects(store.get(page.body, idle), failsAs('DatasetCorrupt', /has the wrong hash/));
  await flipOneByte(join(folder, SCOPE, 'notes', 'g1-t1', 'page-0'));
  await assert.rejects(store.pages(TAKE, idle), failsAs('DatasetCorrupt', /note of page 0/));
  await flipOneByte(join(folder, SCOPE, 'blobs', ref.manifest.sha256));
  await assert.rejects(store.get(ref.manifest, idle), failsAs('DatasetCorrupt', /has the wrong hash/));
});

test('putting the bytes again mends a damaged blob', async (t) => {
  const folder = await temporaryFolder(t);
  const store = createDatasetStore(createFileBlobStore(folder));
  const ref = await store.put(SCOPE, Buffer.from('rows'), idle);
  await flipOneByte(join(folder, SCOPE, 'blobs', ref.sha256));
  await store.put(SCOPE, Buffer.from('rows'), idle);
  assert.equal(Buffer.from(await store.get(ref, idle)).toString(), 'rows');
});

test('a missing blob is DatasetExpired, and so is everything of a removed scope', async (t) => {
  const store = await temporaryStore(t);
  const kept = await store.put(`deliveries/${'b'.repeat(32)}`, Buffer.from('payload'), idle);
  const ref = await sealed(store, [['1']]);
  const gone = { ...ref.manifest, sha256: sha256Of('never stored') };
  await assert.rejects(store.get(gone, idle), failsAs('DatasetExpired', /was deleted/));
  await store.remove(SCOPE, idle);
  await store.remove(SCOPE, idle);
  await assert.rejects(store.get(ref.manifest, idle), failsAs('DatasetExpired', /was deleted/));
  assert.deepEqual(await store.pages(TAKE, idle), []);
  assert.equal(Buffer.from(await store.get(kept, idle)).toString(), 'payload');
});

test('a manifest of another version is named as such, and left to a worker that knows it', () => {
  const bytes = Buffer.from('{"version":2,"kind":"dataset","shards":[]}');
  assert.throws(() => parseDatasetManifest(bytes), failsAs('DatasetUnavailable', /version 2 .* knows version 1/));
  assert.throws(() => parseDatasetManifest(Buffer.from('{"version":1}')), failsAs('DatasetCorrupt', /is damaged/));
  assert.throws(() => parseDatasetManifest(Buffer.from('not JSON')), failsAs('DatasetCorrupt', /is damaged/));
});

test('what the disk refuses is DatasetUnavailable, with the remedy', async (t) => {
  const folder = await temporaryFolder(t);
  const store = createDatasetStore(createFileBlobStore(join(folder, 'root')));
  await writeFile(join(folder, 'root'), 'a file where the folder should be');
  await assert.rejects(
    store.put(SCOPE, Buffer.from('x'), idle),
    failsAs('DatasetUnavailable', /cannot write runs\/a+: /),
  );

  for (const [code, remedy] of [
    ['ENOSPC', /disk is full/],
    ['EROFS', /read-only/],
    ['EACCES', /access is denied/],
    ['EIO', /disk reports/],
    ['EMFILE', /DATASET_URL/],
  ] as const) {
    const refuse = (): Promise<never> => Promise.reject(Object.assign(new Error('/secret/path'), { code }));
    await assert.rejects(onDisk('write runs/x', idle, refuse), (error) => {
      assert.ok(error instanceof DatasetError);
      assert.ok(!error.message.includes('/secret/path'));
      assert.equal(error.details.code, code);
      return failsAs('DatasetUnavailable', remedy)(error);
    });
  }
  const bug = new TypeError('a bug');
  await assert.rejects(
    onDisk('write runs/x', idle, () => Promise.reject(bug)),
    bug,
  );
});

test('rows at rest are readable by the worker only', async (t) => {
  const folder = await temporaryFolder(t);
  await mkdir(join(folder, 'root'));
  await chmod(join(folder, 'root'), 0o755);
  const store = createDatasetStore(createFileBlobStore(join(folder, 'root')));
  const ref = await store.put(SCOPE, Buffer.from('rows'), idle);
  assert.equal((await stat(join(folder, 'root', SCOPE, 'blobs', ref.sha256))).mode & 0o077, 0);
  assert.equal((await stat(join(folder, 'root', 'runs'))).mode & 0o077, 0);
});

test('refuses scopes that could lead elsewhere', async (t) => {
  const store = await temporaryStore(t);
  for (const scope of [
    '',
    '..',
    'runs',
    'runs/..',
    `runs/${'A'.repeat(32)}`,
    `runs/${'a'.repeat(32)}/..`,
    `other/${'a'.repeat(32)}`,
  ]) {
    await assert.rejects(store.put(scope, Buffer.from('x'), idle), /is not a scope/);
    await assert.rejects(store.remove(scope, idle), /is not a scope/);
    await assert.rejects(store.get({ scope, sha256: sha256Of('x'), bytes: 1 }, idle), /is not a scope/);
  }
  await assert.rejects(store.get({ scope: SCOPE, sha256: '../../x', bytes: 1 }, idle), /SHA-256/);
});
