import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { createFileBlobStore } from '../../../src/datasets/blobs/file-blob-store.js';
import { all, refOf, testBlobStore, type StorePair } from '../../support/pages/blob-store-contract.js';
import { idle, RUN_KEY, SCOPE, temporaryFolder } from './datasets-fixtures.js';

suite('a store of files', () => {
  const folders = new WeakMap<StorePair, string>();
  testBlobStore({
    async open(t) {
      const folder = await temporaryFolder(t);
      const pair = { store: createFileBlobStore(folder), other: createFileBlobStore(folder) };
      folders.set(pair, folder);
      return pair;
    },
    async damage(pair, { scope, sha256 }) {
      await writeFile(join(folders.get(pair) ?? '', scope, 'blobs', sha256), 'other');
    },
  });

  test('lists and removes nothing that is not its own', async (t) => {
    const folder = await temporaryFolder(t);
    const store = createFileBlobStore(folder);
    await mkdir(join(folder, 'runs', 'notes-of-mine'), { recursive: true });
    await writeFile(join(folder, 'runs', 'file'), 'x');
    await symlink(folder, join(folder, 'runs', 'f'.repeat(32)));
    assert.deepEqual(await all(store.scopes(idle)), []);
    await store.put(refOf(SCOPE, Buffer.from('x')), Buffer.from('x'), idle);
    await symlink(folder, join(folder, SCOPE, 'elsewhere'));
    await store.remove(SCOPE, idle);
    assert.deepEqual((await readdir(join(folder, 'runs'))).sort(), ['f'.repeat(32), 'file', 'notes-of-mine']);
    assert.equal(await readFile(join(folder, 'runs', 'file'), 'utf8'), 'x');
  });

  test('is as old as its youngest file, and an empty folder as itself', async (t) => {
    const folder = await temporaryFolder(t);
    const store = createFileBlobStore(folder);
    await store.put(refOf(SCOPE, Buffer.from('old')), Buffer.from('old'), idle);
    const ref = refOf(SCOPE, Buffer.from('young'));
    await store.put(ref, Buffer.from('young'), idle);
    for (const name of await readdir(join(folder, SCOPE, 'blobs'))) {
      const at = new Date(name === ref.sha256 ? '2026-11-02T00:00:00Z' : '2026-11-01T00:00:00Z');
      await utimes(join(folder, SCOPE, 'blobs', name), at, at);
    }
    const emptyKey = '0'.repeat(RUN_KEY.length);
    await mkdir(join(folder, 'runs', emptyKey));
    const long = new Date('2026-10-01T00:00:00Z');
    await utimes(join(folder, 'runs', emptyKey), long, long);
    const scopes = (await all(store.scopes(idle))).sort((a, b) => a.writtenAt - b.writtenAt);
    assert.deepEqual(scopes, [
      { scope: `runs/${emptyKey}`, bytes: 0, writtenAt: long.getTime() },
      { scope: SCOPE, bytes: 8, writtenAt: Date.parse('2026-11-02T00:00:00Z') },
    ]);
  });
});
