import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { sha256Of } from '../../../src/datasets/blobs/blob-store.js';
import { createRowMultisetHash } from '../../../src/datasets/transform/content-hash.js';
import { createRowPipeline } from '../../../src/datasets/transform/row-pipeline.js';
import { pageKeysOf } from '../../../src/pages/requested-keys.js';
import { digested } from '../../../src/pages/row-digests.js';
import { scanPage } from '../../../src/pages/scan-page.js';
import { idle, sealed, TAKE, temporaryStore } from './datasets-fixtures.js';
import { rawRow, OF_ONE_METRIC } from './transform-reference.js';

/** As a page has it that holds this one row. */
function digestOf(row: string): Uint32Array {
  const page = Buffer.from(`{"data":[${row}]}`);
  const place = { rows: 1, starts: Uint32Array.of(9), ends: Uint32Array.of(page.length - 2) };
  const nothing = { metrics: new Map(), texts: new Map(), others: new Map() };
  return digested(page, { ...place, ...nothing, fields: new Map(), verbatim: nothing }).digests;
}

const KEYS = pageKeysOf({ dateKey: 'date', metrics: ['a', 'b'], dimensions: ['journeyId', 'channel'] });

/** What was asked for in one row, as a number. */
function contentOf(row: string): string {
  const page = Buffer.from(`{"data":[${row}]}`);
  const columns = scanPage(page, KEYS, new Set())?.columns;
  assert.ok(columns, row);
  return digested(page, columns).contents.join();
}

const halfOf = (row: string): bigint => BigInt(`0x${sha256Of(row).slice(0, 32)}`);

function hashOf(rows: readonly string[]): string {
  const hash = createRowMultisetHash();
  for (const row of rows) hash.add(digestOf(row), 0);
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
  assert.equal(hashOf([]), '0'.repeat(32));
});

test('is the sum of the first halves of the hashes of the rows’ bytes, modulo 2^128', () => {
  const sum = (rows: readonly string[]): bigint => rows.reduce((total, row) => total + halfOf(row), 0n) % (1n << 128n);
  fc.assert(
    fc.property(fc.array(fc.string(), { maxLength: 40 }), (rows) => {
      assert.equal(hashOf(rows), sum(rows).toString(16).padStart(32, '0'));
    }),
  );
});

test('is exact for more rows than a double could add up without care', () => {
  const row = '{"a":"a row whose hash has high words"}';
  const [hash, digests, rows] = [createRowMultisetHash(), digestOf(row), 2 ** 22 + 3];
  for (let count = 0; count < rows; count += 1) hash.add(digests, 0);
  assert.equal(BigInt(`0x${hash.hex()}`), (halfOf(row) * BigInt(rows)) % (1n << 128n));
});

test('a row that comes with other bytes has another digest: what is not looked into cannot hide anything', () => {
  const row = '{"a":1,"b":"é"}';
  for (const other of ['{"b":"é","a":1}', '{"a": 1,"b":"é"}', '{"a":1.0,"b":"é"}', '{"a":1,"b":"\\u00e9"}']) {
    assert.notEqual(hashOf([other]), hashOf([row]));
  }
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
    const input = { ...OF_ONE_METRIC, dataset, processing };
    const output = await createRowPipeline(store).transform(input, idle, () => undefined);
    return output.contentHash;
  };
  const [one, two, three] = ['{"date":"d0","a":1}', '{"date":"d1"}', '{"a":3}'] as const;
  const content = await contentOf([[one, two], [three]]);
  assert.match(content, /^[0-9a-f]{64}$/);
  assert.equal(await contentOf([[two, three], [], [one]]), content);
  assert.notEqual(await contentOf([[one, two], ['{"a":3.5}']]), content);
  assert.notEqual(await contentOf([[one, two]]), content);
});

const SAME_CONTENT: readonly (readonly [claim: string, ...rows: string[]])[] = [
  ['the order of keys', '{"date":"d","a":1,"journeyId":"x"}', '{"journeyId":"x","a":1,"date":"d"}'],
  ['white space', '{"date":"d","a":1}', '{ "date" : "d" ,\n "a" :  1 }'],
  ['a field that nobody asked for', '{"date":"d","a":1}', '{"date":"d","a":1,"readAt":"12:31:07"}'],
  ['how a decimal is written', ...['0.50', '0.5', '5e-1', '0.500', '"0.5"', '" 0.50 "', '0.05E+1'].map(withA)],
  [
    'how a long decimal is written',
    ...['12345678901234567890', '12345678901234567890.0', '1234567890123456789e1'].map(withA),
  ],
  ['the sign of zero', ...['0', '-0', '0.0', '"-0"', '0e9'].map(withA)],
  ['escapes in a text', '{"date":"d","journeyId":"é"}', '{"date":"d","journeyId":"\\u00e9"}'],
  ['a dimension as number or text', '{"journeyId":7}', '{"journeyId":"7"}'],
  ['a key given twice: the last counts', '{"a":12345678901234567891,"a":2}', '{"a":2}'],
];
const OTHER_CONTENT: readonly (readonly [claim: string, ...rows: string[]])[] = [
  ['digits that a double drops', ...['9007199254740993', '9007199254740992', '"9007199254740994"'].map(withA)],
  ['decimals that share a double', ...['0.1', '0.1000000000000000055', '0.10000000000000001'].map(withA)],
  ['sixteen digits', ...['0.9007199254740990', '0.9007199254740991', '0.9007199254740992'].map(withA)],
  ['numbers beyond a double', ...['1e400', '1e401', '-1e400'].map(withA)],
  ['null, absent, zero, empty and false', '{"date":"d"}', ...['null', '0', '""', 'false', '[]', '{}'].map(withA)],
  ['texts that are no numbers', ...['"n/a"', '"N/A"', '"-"'].map(withA)],
  ['the same value under another key', '{"date":"d","a":1}', '{"date":"d","b":1}'],
  [
    'dates, also those that are no text',
    '{"date":"d"}',
    '{"date":"e"}',
    '{"date":1}',
    '{"date":2}',
    '{"date":null}',
    '{}',
  ],
  [
    'dimensions',
    '{"journeyId":"a","channel":"b"}',
    '{"journeyId":"ab","channel":""}',
    '{"journeyId":"b","channel":"a"}',
  ],
  ['dimensions with digits beyond a double', '{"journeyId":9007199254740993}', '{"journeyId":9007199254740992}'],
  ['a dimension that is null, absent or says null', '{"journeyId":null}', '{"a":null}', '{"journeyId":"null"}'],
  ['half a surrogate pair', '{"journeyId":"\\ud800"}', '{"journeyId":"\\ud801"}', '{"journeyId":"\ufffd"}'],
];

function withA(value: string): string {
  return `{"date":"d","a":${value}}`;
}

for (const [claim, ...rows] of SAME_CONTENT) {
  test(`no other content: ${claim}`, () => {
    assert.deepEqual([...new Set(rows.map(contentOf))].length, 1);
  });
}
for (const [claim, ...rows] of OTHER_CONTENT) {
  test(`other content: ${claim}`, () => {
    assert.equal(new Set(rows.map(contentOf)).size, rows.length);
  });
}

test('decimals have one content exactly when they are one number', () => {
  const digits = fc.stringMatching(/^(0|[1-9][0-9]{0,24})([.][0-9]{1,20})?(e-?[0-9]{1,2})?$/);
  const exactly = (text: string): string => {
    const [mantissa = '', exponent = '0'] = text.split('e');
    const [whole = '', decimals = ''] = mantissa.split('.');
    const scaled = BigInt(whole + decimals) * 10n ** BigInt(200 + Number(exponent) - decimals.length);
    return String(scaled);
  };
  fc.assert(
    fc.property(digits, digits, (one, other) => {
      const same = exactly(one) === exactly(other);
      assert.equal(contentOf(withA(one)) === contentOf(withA(other)), same, `${one} ${other}`);
      assert.equal(contentOf(withA(`"${one}"`)), contentOf(withA(one)), one);
    }),
    { numRuns: 2_000 },
  );
});

test('the hash of rows and content is pinned: another hash is a new revision of every window', async (t) => {
  const rows = ['{"date":"d0","a":1}', '{"date":"d9","a":"2"}', '{"a":null}'];
  assert.equal(hashOf(rows), '5a8d38f744942a3330c8b7ef634fb88b');
  const store = await temporaryStore(t);
  const processing = { maxRows: 2, outliers: 'remove' as const, outlierMetrics: ['a'] };
  const input = { ...OF_ONE_METRIC, processing };
  const output = await createRowPipeline(store).transform(
    { ...input, dataset: await sealed(store, [rows]) },
    idle,
    () => undefined,
  );
  assert.equal(output.contentHash, 'c6aedf7a0b28bbe17ff97e2a50287a7c83d517477061b0a5ab6c177a80033f75');
});
