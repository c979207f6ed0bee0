import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import type { DatasetStore } from '../../../src/ports/index.js';
import { headerOf } from '../../../src/activities/aggregate/store-payloads.js';
import { payloadBytes } from '../../../src/destinations/webhook/payload.js';
import type { BlobRef } from '../../../src/contract/result/blob-ref.js';
import { createDatasetStore } from '../../../src/datasets/store/dataset-store.js';
import { createFileBlobStore } from '../../../src/datasets/blobs/file-blob-store.js';
import { compareRows, type RowChanges } from '../../../src/datasets/read/row-changes.js';
import { OUTPUT, PLAN, REPORT } from '../../support/workflow/fake-activities.js';
import { idle, temporaryFolder, temporaryStore } from './datasets-fixtures.js';

interface Part {
  readonly body: BlobRef;
  readonly rows: number;
}

const [METRIC = ''] = PLAN.query.metric;

interface Saying {
  readonly sampled?: boolean;
  readonly perPart?: number;
}

/** Stores rows, given as texts, as the payloads of a revision. */
async function revisionOf(
  store: DatasetStore,
  rows: readonly string[],
  { sampled = false, perPart = 3 }: Saying = {},
): Promise<readonly Part[]> {
  const report = { ...REPORT, metrics: [METRIC], dimensions: ['journeyId'] };
  const output = { ...OUTPUT, sampling: { ...OUTPUT.sampling, sampled } };
  const subject = { plan: PLAN, output, queryId: 'q', timestamp: '2026-11-09T06:00:00Z' };
  const parts: Part[] = [];
  for (let first = 0; first < Math.max(1, rows.length); first += perPart) {
    const some = rows.slice(first, first + perPart);
    const json = [Buffer.from(`[${some.join(',')}]`)];
    const header = { ...headerOf(subject, 1, report), part: parts.length };
    const bytes = payloadBytes(header, json);
    parts.push({ body: await store.put(`deliveries/${PLAN.deliveryId}`, bytes, idle), rows: some.length });
  }
  return parts;
}

async function changesOf(
  store: DatasetStore,
  [before, after]: readonly [readonly string[], readonly string[]],
  saying: Saying = {},
): Promise<RowChanges> {
  const parts = { before: await revisionOf(store, before, saying), after: await revisionOf(store, after, saying) };
  return compareRows(store, parts, idle);
}

const row = (day: number, journeyId: string, value: unknown, more: object = {}): string =>
  JSON.stringify({ date: `2026-11-0${day}`, journeyId, [METRIC]: value, ...more });

const KEYED = { compared: true, key: ['date', 'journeyId'], beside: false, sampled: false } as const;

test('counts rows that came, went and changed, by date and dimensions', async (t) => {
  const store = await temporaryStore(t);
  const before = [row(1, 'claim', 1), row(1, 'upgrade', 2), row(2, 'claim', 3), row(2, 'upgrade', 4)];
  const after = [
    row(2, 'upgrade', 4),
    row(3, 'claim', 3),
    row(1, 'claim', '1.5'),
    row(1, 'upgrade', 2),
    row(3, 'new', 1),
  ];
  assert.deepEqual(await changesOf(store, [before, after]), { ...KEYED, added: 2, removed: 1, changed: 1, same: 2 });
});

test('takes rows for the same in whatever order, parts and spelling they come', async (t) => {
  const store = await temporaryStore(t);
  const rows = Array.from({ length: 20 }, (_, index) => row(1 + (index % 7), `journey-${index}`, index));
  const before = await revisionOf(store, rows, { perPart: 3 });
  const after = await revisionOf(store, rows.toReversed(), { perPart: 7 });
  const none = { ...KEYED, added: 0, removed: 0, changed: 0, same: 20 };
  assert.deepEqual(await compareRows(store, { before, after }, idle), none);
  const spelt = [`{"${METRIC}": "4.0", "journeyId":"journey-4","date":"2026-11-05"}`, ...rows.toSpliced(4, 1)];
  assert.deepEqual(await changesOf(store, [rows, spelt]), none);
});

test('counts as a plain reading of the rows does, also several with one key', async (t) => {
  const store = await temporaryStore(t);
  const rowArbitrary = fc
    .tuple(fc.integer({ min: 1, max: 2 }), fc.constantFrom('a', 'ü"'), fc.integer({ min: 0, max: 2 }))
    .map(([day, journeyId, value]) => row(day, journeyId, value));
  const rowsArbitrary = fc.array(rowArbitrary, { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(rowsArbitrary, rowsArbitrary, async (before, after) => {
      const left = [...after];
      const went = before.filter((text) => {
        const at = left.indexOf(text);
        if (at !== -1) left.splice(at, 1);
        return at === -1;
      });
      const keyOf = (text: string): string => text.slice(0, text.indexOf(METRIC));
      const removed = went.filter((text) => {
        const at = left.findIndex((other) => keyOf(other) === keyOf(text));
        if (at !== -1) left.splice(at, 1);
        return at === -1;
      });
      const changed = went.length - removed.length;
      const expected = { added: left.length, removed: removed.length, changed };
      const same = after.length - expected.added - changed;
      assert.deepEqual(await changesOf(store, [before, after]), { ...KEYED, ...expected, same });
    }),
    { numRuns: 60 },
  );
});

test('counts fields that nobody asked for only where nothing else differs, and says so', async (t) => {
  const store = await temporaryStore(t);
  const before = [row(1, 'claim', 1, { updatedAt: 'then' }), row(1, 'upgrade', 1, { updatedAt: 'then' })];
  const reordered = `{"updatedAt":"then","journeyId":"claim","date":"2026-11-01","${METRIC}":1.0}`;
  const later = [reordered, row(1, 'upgrade', 1, { updatedAt: 'now' })];
  const beside = { ...KEYED, beside: true, added: 0, removed: 0, changed: 1, same: 1 };
  assert.deepEqual(await changesOf(store, [before, later]), beside);
  const corrected = [row(1, 'claim', 2, { updatedAt: 'now' }), row(1, 'upgrade', 1, { updatedAt: 'now' })];
  const asked = { ...KEYED, added: 0, removed: 0, changed: 1, same: 1 };
  assert.deepEqual(await changesOf(store, [before, corrected]), asked);
});

test('says that a payload is a sample', async (t) => {
  const changes = await changesOf(await temporaryStore(t), [[row(1, 'a', 1)], [row(2, 'a', 1)]], { sampled: true });
  assert.deepEqual(changes, { ...KEYED, sampled: true, added: 1, removed: 1, changed: 0, same: 0 });
});

test('says why it does not compare: bytes that are gone, damaged or not made yet, or too many rows to remember', async (t) => {
  const folder = await temporaryFolder(t);
  const store = createDatasetStore(createFileBlobStore(folder));
  const before = await revisionOf(store, [row(1, 'a', 1)]);
  const after = await revisionOf(store, [row(1, 'a', 2), row(1, 'b', 2), row(1, 'c', 2), row(1, 'd', 2)]);
  const reasonFor = async (...parts: readonly [readonly Part[] | null, readonly Part[] | null]): Promise<unknown> => {
    const changes = await compareRows(store, { before: parts[0], after: parts[1] }, idle, 4);
    return changes.compared || changes.reason;
  };
  assert.equal(await reasonFor(before, after), true, 'as many rows as allowed');
  assert.equal(await reasonFor(before, null), 'unmade');
  assert.equal(await reasonFor([...after, ...before], before), 'too-many-rows');
  const file = join(folder, 'deliveries', PLAN.deliveryId, 'blobs', before[0]?.body.sha256 ?? '');
  await writeFile(file, 'not what was stored');
  assert.equal(await reasonFor(before, after), 'damaged');
  await rm(file);
  assert.equal(await reasonFor(before, after), 'expired');
});

test('ids above 2^53 that differ in the last digit are two keys, and a number is the text that it is written as', async (t) => {
  const store = await temporaryStore(t);
  const of = (id: string): string => `{"date":"2026-11-01","journeyId":${id},"${METRIC}":1}`;
  const before = [of('9007199254740992'), of('7')];
  const after = [of('9007199254740993'), of('"7"')];
  assert.deepEqual(await changesOf(store, [before, after]), { ...KEYED, added: 1, removed: 1, changed: 0, same: 1 });
  const absent = await changesOf(store, [[of('null')], [of('"null"')]]);
  assert.deepEqual(absent, { ...KEYED, added: 1, removed: 1, changed: 0, same: 0 });
});
