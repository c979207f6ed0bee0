import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createRowMultisetHash } from '../../src/datasets/content-hash.js';
import { createRowPipeline } from '../../src/datasets/row-pipeline.js';
import { idle, RUN_KEY, sealed, TAKE, temporaryStore } from './datasets-fixtures.js';
import { buckets, rawRow } from './transform-reference.js';

function hashOf(rows: readonly string[]): string {
  const hash = createRowMultisetHash();
  for (const row of rows) hash.add(Buffer.from(row));
  return hash.hex();
}

test('the order of rows does not matter, their number does', () => {
  const shuffled = fc
    .array(rawRow, { minLength: 1, maxLength: 12 })
    .chain((rows) => fc.tuple(fc.constant(rows), fc.shuffledSubarray(rows, { minLength: rows.length })));
  fc.assert(
    fc.property(shuffled, ([rows, others]) => {
      assert.equal(hashOf(others), hashOf(rows));
      assert.notEqual(hashOf([...rows, rows[0] ?? '']), hashOf(rows));
    }),
  );
  assert.equal(hashOf([]), '0'.repeat(64));
});

test('the order of a row’s keys does not matter', () => {
  assert.equal(hashOf(['{"a":1,"b":{"c":[2],"d":"é"}}']), hashOf(['{"b":{"d":"é","c":[2]},"a":1}']));
});

test('numbers that a parse would round to one another do not look alike', () => {
  const alike = [
    ['12345678901234567890', '12345678901234567891'],
    ['0.1', '0.1000000000000000055'],
    ['0', '-0'],
    ['1e400', '1e401'],
  ];
  for (const [one, other] of alike) assert.notEqual(hashOf([`{"a":${one}}`]), hashOf([`{"a":${other}}`]));
});

test('half a surrogate pair and a key given twice have a hash too', () => {
  assert.notEqual(hashOf(['{"a":"\\ud800"}']), hashOf(['{"a":"\\ud801"}']));
  assert.notEqual(hashOf(['{"a":1,"a":2}']), hashOf(['{"a":2}']));
});

test('the same rows in other pages and another order are the same content; one digit more is another', async (t) => {
  const store = await temporaryStore(t);
  let take = 0;
  const contentOf = async (pages: readonly (readonly string[])[]): Promise<string> => {
    const dataset = await sealed(store, pages, { ...TAKE, take: (take += 1) });
    const processing = { maxRows: 5_000, outliers: 'remove' as const, outlierMetrics: ['a'] };
    const partLimits = { maxRows: 1_000, maxBytes: 500_000 };
    const input = { runKey: RUN_KEY, dataset, metrics: ['a'], dimensions: [], processing, partLimits, buckets };
    const output = await createRowPipeline(store).transform(input, idle, () => undefined);
    return output.contentHash;
  };
  const [one, two, three] = ['{"date":"d0","a":1}', '{"date":"d1"}', '{"a":3}'] as const;
  const content = await contentOf([[one, two], [three]]);
  assert.match(content, /^[0-9a-f]{64}$/);
  assert.equal(await contentOf([[three], [], ['{"a":1,"date":"d0"}', two]]), content);
  assert.notEqual(await contentOf([[one, two], ['{"a":3.5}']]), content);
  assert.notEqual(await contentOf([[one, two]]), content);
});

test('the hash of rows and content is pinned: another hash is a new revision of every window', async (t) => {
  const rows = ['{"date":"d0","a":1}', '{"date":"d9","a":"2"}', '{"a":null}'];
  assert.equal(hashOf(rows), '5d7a9127a920cc033dbf7f7caa4f4759fe53aad2322c3f198e7af32124df88bf');
  const store = await temporaryStore(t);
  const processing = { maxRows: 2, outliers: 'remove' as const, outlierMetrics: ['a'] };
  const partLimits = { maxRows: 1_000, maxBytes: 500_000 };
  const input = { runKey: RUN_KEY, metrics: ['a'], dimensions: [], processing, partLimits, buckets };
  const output = await createRowPipeline(store).transform(
    { ...input, dataset: await sealed(store, [rows]) },
    idle,
    () => undefined,
  );
  assert.equal(output.contentHash, '74018c3ec8c03c25011786f8c27193bc29542a50a75f94e5e67d5779808edc9e');
});
