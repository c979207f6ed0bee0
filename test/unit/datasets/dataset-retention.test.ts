import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import type { RetentionRecords, ScopeFacts } from '../../../src/ports/index.js';
import type { StoredScope } from '../../../src/datasets/blobs/blob-store.js';
import { createDatasetStore } from '../../../src/datasets/store/dataset-store.js';
import { datasetExpiry } from '../../../src/datasets/retention/expiry.js';
import { createFileBlobStore } from '../../../src/datasets/blobs/file-blob-store.js';
import { isExpired, standingsOf, UNDELIVERED_KEPT_MS } from '../../../src/datasets/retention/retention.js';
import { idle, pageOf, SCOPE, sealed, TAKE, temporaryFolder } from './datasets-fixtures.js';

const DAY_MS = 86_400_000;
const NOW = Date.UTC(2026, 10, 9, 6);
const RETENTION_MS = 30 * DAY_MS;
const LEGS_MS = 400 * DAY_MS;

const hex = fc.stringMatching(/^[0-9a-f]{32}$/);
const scopeName = fc.tuple(fc.constantFrom('runs', 'deliveries'), hex).map((parts) => parts.join('/'));
const ages = fc.oneof(
  fc.integer({ min: -DAY_MS, max: 200 * DAY_MS }),
  fc.constantFrom(0, RETENTION_MS, UNDELIVERED_KEPT_MS),
);
const known = fc.constantFrom('open', 'undelivered', 'settled', 'unknown' as const);
const aStore = fc.uniqueArray(fc.record({ scope: scopeName, ageMs: ages, state: known }), {
  selector: ({ scope }) => scope,
  maxLength: 12,
});

interface Judged {
  readonly scope: string;
  readonly ageMs: number;
  readonly state: ScopeFacts['state'] | 'unknown';
}

/** The scopes that may go, of a store whose records know something. */
function expired(judged: readonly Judged[], retentionMs: number): readonly string[] {
  const stored = judged.map(({ scope, ageMs }) => ({ scope, bytes: 1, writtenAt: NOW - ageMs }));
  return standingsOf(stored, factsOf(judged), { retentionMs, legRetentionMs: 0 })
    .filter((standing) => isExpired(standing, NOW))
    .map(({ scope }) => scope);
}

function factsOf(judged: readonly Judged[]): Map<string, ScopeFacts> {
  const entries = judged.flatMap(({ scope, state }) =>
    state === 'unknown' ? [] : [[scope, { state, workflowId: 'w' }] as const],
  );
  return new Map(entries);
}

suite('what may be deleted', () => {
  test('never what an open run needs, nor anything that is younger than the retention', () => {
    fc.assert(
      fc.property(aStore, fc.integer({ min: 0, max: 120 * DAY_MS }), (store, retentionMs) => {
        const gone = expired(store, retentionMs);
        for (const { scope, state, ageMs } of store) {
          if (!gone.includes(scope)) continue;
          assert.notEqual(state, 'open');
          assert.ok(ageMs > retentionMs);
          if (state === 'undelivered') assert.ok(ageMs > UNDELIVERED_KEPT_MS);
        }
      }),
    );
  });

  test('everything else that is old', () => {
    fc.assert(
      fc.property(aStore, fc.integer({ min: 0, max: 120 * DAY_MS }), (store, retentionMs) => {
        fc.pre(store.some(({ state }) => state !== 'unknown'));
        const gone = new Set(expired(store, retentionMs));
        for (const { scope, state, ageMs } of store) {
          const kept = state === 'undelivered' ? Math.max(UNDELIVERED_KEPT_MS, retentionMs) : retentionMs;
          if (state !== 'open' && ageMs > kept) assert.ok(gone.has(scope), `${scope} is ${state} and old, and stays`);
        }
      }),
    );
  });

  test('nothing at all of a store that the records do not know: they are the records of another one', () => {
    fc.assert(
      fc.property(aStore, (store) => {
        assert.deepEqual(
          expired(
            store.map((scope) => ({ ...scope, state: 'unknown' })),
            0,
          ),
          [],
        );
      }),
    );
  });

  test('one scope changes nothing for another, as long as any is known', () => {
    const anchor: Judged = { scope: `runs/${'f'.repeat(32)}`, ageMs: 0, state: 'settled' };
    fc.assert(
      fc.property(aStore, (store) => {
        const others = store.filter(({ scope }) => scope !== anchor.scope);
        const together = expired([...others, anchor], RETENTION_MS);
        assert.deepEqual(
          together,
          others.flatMap((one) => expired([one, anchor], RETENTION_MS)),
        );
      }),
    );
  });
});

const OTHER = `deliveries/${'b'.repeat(32)}`;

/** A store in memory, of scopes that are all a year old. */
function rig(
  states: Readonly<Record<string, ScopeFacts['state']>>,
  over: Partial<RetentionRecords> = {},
): {
  readonly expiry: ReturnType<typeof datasetExpiry>;
  readonly removed: (readonly [scope: string, writtenBefore: number | undefined])[];
} {
  const removed: (readonly [string, number | undefined])[] = [];
  const scopes = Object.keys(states).map((scope): StoredScope => ({ scope, bytes: 10, writtenAt: NOW - 365 * DAY_MS }));
  const expiry = datasetExpiry({
    blobs: {
      async *scopes() {
        yield* await Promise.resolve(scopes);
      },
      remove: (scope, _signal, writtenBefore) => Promise.resolve(void removed.push([scope, writtenBefore])),
    },
    records: {
      facts: () =>
        Promise.resolve(new Map(Object.entries(states).map(([scope, state]) => [scope, { state, workflowId: null }]))),
      release: () => Promise.resolve(true),
      ...over,
    },
    kept: { retentionMs: RETENTION_MS, legRetentionMs: LEGS_MS },
    now: () => NOW,
  });
  return { expiry, removed };
}

suite('the deletion of what is old', () => {
  test('lets days of contacts go by a retention of their own', async () => {
    const legs = `legs/${'c'.repeat(32)}`;
    const stored = [SCOPE, legs].map((scope) => ({ scope, bytes: 1, writtenAt: NOW - 365 * DAY_MS }));
    const facts = new Map([[SCOPE, { state: 'settled', workflowId: null } as const]]);
    const goneAfter = (legRetentionMs: number): readonly string[] =>
      standingsOf(stored, facts, { retentionMs: RETENTION_MS, legRetentionMs })
        .filter((standing) => isExpired(standing, NOW))
        .map(({ scope }) => scope);
    assert.deepEqual(goneAfter(400 * DAY_MS), [SCOPE]);
    assert.deepEqual(goneAfter(364 * DAY_MS), [SCOPE, legs]);
    const { expiry, removed } = rig({ [legs]: 'settled' });
    const [standing] = await expiry.survey(idle);
    assert.ok(standing && (await expiry.expire(standing, idle)));
    assert.deepEqual(removed, [[legs, NOW - LEGS_MS]], 'what came since is not what was judged');
  });

  test('removes what is not needed, as old as it was judged, and says what', async () => {
    const { expiry, removed } = rig({ [SCOPE]: 'settled', [OTHER]: 'open' });
    const progress: number[] = [];
    const result = await expiry.deleteExpired(idle, (deleted) => progress.push(deleted));
    assert.deepEqual(result, { looked: 2, deletedCount: 1, deletedBytes: 10, deleted: [SCOPE] });
    assert.deepEqual([removed, progress], [[[SCOPE, NOW - RETENTION_MS]], [1]]);
  });

  test('leaves what is needed by the time that it would be removed', async () => {
    const { expiry, removed } = rig({ [SCOPE]: 'settled' }, { release: () => Promise.resolve(false) });
    const { deletedCount } = await expiry.deleteExpired(idle, () => undefined);
    assert.deepEqual([deletedCount, removed], [0, []]);
  });

  test('removes nothing when the records cannot be asked', async () => {
    const away = new Error('Postgres is away');
    for (const over of [{ facts: () => Promise.reject(away) }, { release: () => Promise.reject(away) }]) {
      const { expiry, removed } = rig({ [SCOPE]: 'settled', [OTHER]: 'settled' }, over);
      await assert.rejects(
        expiry.deleteExpired(idle, () => undefined),
        away,
      );
      assert.deepEqual(removed, []);
    }
  });

  test('names a hundred scopes of many, and counts all of them', async () => {
    const many = Array.from(
      { length: 130 },
      (_, index) => [`runs/${String(index).padStart(32, '0')}`, 'settled'] as const,
    );
    const { expiry } = rig(Object.fromEntries(many));
    const { deleted, deletedCount, deletedBytes } = await expiry.deleteExpired(idle, () => undefined);
    assert.deepEqual([deleted.length, deletedCount, deletedBytes], [100, 130, 1_300]);
  });
});

suite('a zombie that writes while its scope is deleted', () => {
  test('finds no pages to go on from, and seals nothing that looks whole', async (t) => {
    const blobs = createFileBlobStore(await temporaryFolder(t));
    const store = createDatasetStore(blobs);
    const ref = await sealed(store, [['1'], ['2']]);
    const before = await store.pages(TAKE, idle);
    await blobs.remove(SCOPE, idle);
    const late = await store.addPage(TAKE, pageOf(2, 'late', 1), idle);
    assert.deepEqual(await store.pages(TAKE, idle), [], 'a page without those before it is none');
    // It had read the list before: sealing looks at every page, and finds that they are gone.
    await assert.rejects(store.seal(TAKE, [...before, late], idle), { failureType: 'DatasetExpired' });
    await assert.rejects(store.get(ref.manifest, idle), { failureType: 'DatasetExpired' });
    for (const { body } of before) await assert.rejects(store.get(body, idle), { failureType: 'DatasetExpired' });
  });

  test('never sees a page whose bytes are gone, wherever the deletion is cut short', async (t) => {
    for (let looks = 0, whole = false; !whole; looks += 1) {
      const blobs = createFileBlobStore(await temporaryFolder(t));
      const store = createDatasetStore(blobs);
      await sealed(store, [['1'], ['2'], ['3']]);
      whole = await blobs.remove(SCOPE, givesUpAfter(looks)).then(
        () => true,
        () => false,
      );
      for (const { body } of await store.pages(TAKE, idle)) await store.get(body, idle);
      assert.ok(looks < 100);
    }
  });
});

/** A signal that aborts when it is looked at once too often. */
function givesUpAfter(looks: number): AbortSignal {
  const { signal } = new AbortController();
  let left = looks;
  signal.throwIfAborted = () => {
    left -= 1;
    if (left < 0) throw new Error('gave up');
  };
  return signal;
}
