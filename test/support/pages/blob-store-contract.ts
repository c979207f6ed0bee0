import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { BlobRef } from '../../../src/contract/result/blob-ref.js';
import { sha256Of, type BlobStore, type StoredScope } from '../../../src/datasets/blobs/blob-store.js';

/** A store, empty at first, and a second process at the same place. */
export interface StorePair {
  readonly store: BlobStore;
  readonly other: BlobStore;
}

export interface StoreRig {
  /** Undefined where it cannot be had here: the test is skipped by then. */
  readonly open: (t: TestContext) => Promise<StorePair | undefined>;
  /** Changes a stored blob behind the store's back. */
  readonly damage: (pair: StorePair, ref: BlobRef) => Promise<void>;
}

const idle = new AbortController().signal;
const RUN = `runs/${'a'.repeat(32)}`;
const DELIVERY = `deliveries/${'b'.repeat(32)}`;
/** Above the size from which S3 takes parts, and not a multiple of a part's. */
const LARGE_BYTES = 20_000_003;

export function refOf(scope: string, bytes: Uint8Array): BlobRef {
  return { scope, sha256: sha256Of(bytes), bytes: bytes.byteLength };
}

async function put(store: BlobStore, scope: string, text: string): Promise<BlobRef> {
  const bytes = Buffer.from(text);
  const ref = refOf(scope, bytes);
  await store.put(ref, bytes, idle);
  return ref;
}

/** Everything that comes. */
export async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

async function scopesOf(store: BlobStore): Promise<readonly StoredScope[]> {
  const scopes = await all(store.scopes(idle));
  return scopes.sort((one, two) => one.scope.localeCompare(two.scope));
}

const textOf = async (store: BlobStore, ref: BlobRef): Promise<string | undefined> =>
  (await store.get(ref, idle))?.toString();

/** What every store of blobs and notes must do. */
export function testBlobStore({ open, damage }: StoreRig): void {
  const stored = (name: string, body: (pair: StorePair) => Promise<void>): void => {
    test(name, async (t) => {
      const pair = await open(t);
      if (pair) await body(pair);
    });
  };

  stored('gives back the bytes that were put, in another process too', async ({ store, other }) => {
    const ref = await put(store, RUN, 'rows');
    assert.equal(await textOf(other, ref), 'rows');
    assert.equal(await textOf(store, { ...ref, scope: DELIVERY }), undefined);
    const empty = await put(store, RUN, '');
    assert.equal((await store.get(empty, idle))?.byteLength, 0);
  });

  stored('gives back many megabytes as they were', async ({ store, other }) => {
    const bytes = Buffer.alloc(LARGE_BYTES, 'large ');
    bytes.writeUInt32BE(7, LARGE_BYTES - 4);
    const ref = refOf(RUN, bytes);
    await store.put(ref, bytes, idle);
    const found = await other.get(ref, idle);
    assert.ok(found && bytes.equals(found));
  });

  stored('mends a damaged blob when it is put again', async (pair) => {
    const ref = await put(pair.store, RUN, 'rows');
    await damage(pair, ref);
    assert.notEqual(await textOf(pair.store, ref), 'rows');
    await put(pair.other, RUN, 'rows');
    assert.equal(await textOf(pair.store, ref), 'rows');
  });

  stored(
    'lets the first of many writers of a note stand, and tells all of them its value',
    async ({ store, other }) => {
      const claims = Array.from({ length: 12 }, (_, index) => {
        const note = { name: 'page-0', value: Buffer.from(`writer ${index}`) };
        return (index % 2 === 0 ? store : other).claim(RUN, 'g1-t0', note, idle);
      });
      const answers = new Set((await Promise.all(claims)).map(String));
      assert.equal(answers.size, 1);
      const late = await other.claim(RUN, 'g1-t0', { name: 'page-0', value: Buffer.from('late') }, idle);
      assert.ok(answers.has(String(late)));
      assert.deepEqual(
        (await store.notes(RUN, 'g1-t0', idle)).map(({ value }) => String(value)),
        [...answers],
      );
    },
  );

  stored('lists the notes of one folder and of no other', async ({ store, other }) => {
    for (const [folder, name] of [
      ['g1-t0', 'page-0'],
      ['g1-t0', 'page-10'],
      ['g1-t0', 'page-1'],
      ['g1-t1', 'page-0'],
      ['g1-t01', 'page-5'],
    ] as const) {
      await store.claim(RUN, folder, { name, value: Buffer.from(`${folder}/${name}`) }, idle);
    }
    const notes = await other.notes(RUN, 'g1-t0', idle);
    const found = notes.map(({ name, value }) => [name, String(value)]).sort();
    assert.deepEqual(
      found,
      ['page-0', 'page-1', 'page-10'].map((name) => [name, `g1-t0/${name}`]),
    );
    assert.deepEqual(await other.notes(DELIVERY, 'g1-t0', idle), []);
  });

  stored('lists every scope with its size and the time of its last write', async ({ store, other }) => {
    assert.deepEqual(await scopesOf(store), []);
    await put(store, RUN, 'rows');
    await put(store, RUN, 'more rows');
    await store.claim(RUN, 'g1-t0', { name: 'page-0', value: Buffer.from('note') }, idle);
    await put(store, DELIVERY, 'payload');
    const scopes = await scopesOf(other);
    assert.deepEqual(
      scopes.map(({ scope, bytes }) => [scope, bytes]),
      [
        [DELIVERY, 7],
        [RUN, 17],
      ],
    );
    // Whole seconds, for stores that know no smaller.
    for (const { writtenAt } of scopes)
      assert.ok(Math.abs(Date.now() - writtenAt) < 3_600_000 && Number.isFinite(writtenAt));
  });

  stored('removes a scope whole, and nothing else', async ({ store, other }) => {
    const kept = await put(store, DELIVERY, 'payload');
    const similar = await put(store, `runs/${'a'.repeat(31)}b`, 'rows');
    const gone = await put(store, RUN, 'rows');
    await store.claim(RUN, 'g1-t0', { name: 'page-0', value: Buffer.from('note') }, idle);
    await other.remove(RUN, idle);
    await other.remove(RUN, idle);
    assert.equal(await textOf(store, gone), undefined);
    assert.deepEqual(await store.notes(RUN, 'g1-t0', idle), []);
    assert.deepEqual(
      (await scopesOf(store)).map(({ scope }) => scope),
      [kept.scope, similar.scope],
    );
    assert.equal(await textOf(store, kept), 'payload');
  });

  stored('leaves what was written since, when it removes what is old', async ({ store }) => {
    const ref = await put(store, RUN, 'rows');
    const [before] = await scopesOf(store);
    assert.ok(before);
    await store.remove(RUN, idle, before.writtenAt);
    assert.equal(await textOf(store, ref), 'rows');
    await store.remove(RUN, idle, before.writtenAt + 1);
    assert.equal(await textOf(store, ref), undefined);
  });

  stored('takes notes and blobs into a scope that was removed', async ({ store, other }) => {
    const note = { name: 'page-0', value: Buffer.from('first') };
    await store.claim(RUN, 'g1-t0', note, idle);
    await store.remove(RUN, idle);
    assert.equal(String(await other.claim(RUN, 'g1-t0', { ...note, value: Buffer.from('second') }, idle)), 'second');
  });

  stored('does nothing once its caller has given up', async ({ store }) => {
    const reason = new Error('cancelled');
    const gone = AbortSignal.abort(reason);
    const bytes = Buffer.from('rows');
    const ref = refOf(RUN, bytes);
    const note = { name: 'page-0', value: bytes };
    await assert.rejects(store.put(ref, bytes, gone), reason);
    await assert.rejects(store.get(ref, gone), reason);
    await assert.rejects(store.claim(RUN, 'g1-t0', note, gone), reason);
    await assert.rejects(store.notes(RUN, 'g1-t0', gone), reason);
    await assert.rejects(store.remove(RUN, gone), reason);
    await assert.rejects(all(store.scopes(gone)), reason);
    assert.deepEqual(await scopesOf(store), []);
  });

  stored('shows nothing of a large write that was cancelled', async ({ store, other }) => {
    const bytes = Buffer.alloc(LARGE_BYTES, 1);
    const ref = refOf(RUN, bytes);
    const reason = new Error('cancelled');
    const controller = new AbortController();
    const writing = store.put(ref, bytes, controller.signal);
    controller.abort(reason);
    await assert.rejects(writing, reason);
    assert.equal(await other.get(ref, idle), undefined);
  });

  stored('can be used as it is configured, and says so again', async ({ store, other }) => {
    await store.check(idle);
    await other.check(idle);
    assert.deepEqual(await scopesOf(store), []);
  });

  stored('refuses names that could lead elsewhere', async ({ store }) => {
    const bytes = Buffer.from('x');
    for (const scope of [
      '',
      '..',
      'runs',
      'runs/..',
      `runs/${'A'.repeat(32)}`,
      `${RUN}/..`,
      `other/${'a'.repeat(32)}`,
    ]) {
      await assert.rejects(store.put(refOf(scope, bytes), bytes, idle), /is not a scope/);
      await assert.rejects(store.get(refOf(scope, bytes), idle), /is not a scope/);
      await assert.rejects(store.remove(scope, idle), /is not a scope/);
      await assert.rejects(store.notes(scope, 'g1-t0', idle), /is not a scope/);
    }
    await assert.rejects(store.get({ scope: RUN, sha256: '../../x', bytes: 1 }, idle), /SHA-256/);
    await assert.rejects(store.notes(RUN, '../notes', idle), /is not a name/);
    await assert.rejects(store.claim(RUN, 'g1-t0', { name: '../x', value: bytes }, idle), /is not a name/);
  });
}
