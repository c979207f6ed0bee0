import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CONTAINER, MISSING, NULL, NUMBER, NUMERIC_STRING, OTHER, STRING } from '../../../src/pages/columns.js';
import { scanPage } from '../../../src/pages/scan-page.js';
import { ENVELOPE_KEYS, PAGE_KEYS } from '../../support/pages/page-documents.js';
import { assertAgrees, columnsOf, scanMade } from '../../support/pages/page-scan.js';

test('reads the columns of a page beside the bytes of its rows', () => {
  const rows = [
    '{"date":"d1","rate":1.5,"journeyId":"j"}',
    '{"rate":" 7 ","date":"d2"}',
    '{"date":"d1","rate":null}',
    '7',
  ];
  const page = `{"status":"COMPLETED","data":[${rows.join(' , ')}],"totalCount":4}`;
  const { envelope, nonObjectRows } = scanMade(page) ?? {};
  assert.deepEqual([envelope, nonObjectRows], [{ status: 'COMPLETED', totalCount: 4 }, 1]);
  const { starts, ends, metrics, texts, others } = columnsOf(page);
  assert.deepEqual(
    rows.map((_, row) => page.slice(starts[row], ends[row])),
    rows,
  );
  assert.deepEqual(metrics.get('rate')?.kinds, Uint8Array.of(NUMBER, NUMERIC_STRING, NULL, MISSING));
  assert.deepEqual(metrics.get('rate')?.values, Float64Array.of(1.5, 7, NaN, NaN));
  assert.deepEqual(texts.get('date'), {
    kinds: Uint8Array.of(STRING, STRING, STRING, MISSING),
    indexes: Uint32Array.of(0, 1, 0, 0),
    texts: ['d1', 'd2'],
  });
  const { kinds, starts: from, ends: to } = others.get('journeyId') ?? {};
  assert.deepEqual(kinds, Uint8Array.of(STRING, MISSING, MISSING, MISSING));
  assert.deepEqual([page.slice(from?.[0], to?.[0]), from?.[1], to?.[1]], ['"j"', 0, 0]);
});

test('says of every kind of value what it is', () => {
  const values = ['1', 'null', '"1"', '"a"', 'true', '1e999', '[1]', '{}'];
  const { metrics, others } = columnsOf(
    `{"data":[${values.map((value) => `{"rate":${value},"journeyId":${value}}`).join()}]}`,
  );
  const kinds = [NUMBER, NULL, STRING, STRING, OTHER, OTHER, CONTAINER, CONTAINER];
  assert.deepEqual(Array.from(others.get('journeyId')?.kinds ?? []), kinds);
  assert.deepEqual(Array.from(metrics.get('rate')?.kinds ?? []), kinds.with(2, NUMERIC_STRING));
});

test('of a key that comes twice the last value counts, in rows and in the document', () => {
  for (const page of [
    '{"data":[{"rate":1}],"data":[{"rate":2},{}]}',
    '{"data":[{"rate":1}],"data":7}',
    '{"data":7,"d\\u0061ta":[{"rate":1}]}',
    '{"data":[{"rate":1}],"data":[]}',
    '{"status":1,"status":{"a":2},"data":[]}',
    '{"data":[{"rate":1,"rate":"x"},{"rate":"x","r\\u0061te":2},{"rate":1,"rate":null}]}',
    '{"data":[{"date":"a","date":1},{"date":1,"date":"b"},{"journeyId":[],"journeyId":2},{"both":1,"both":"c"}]}',
    '{"__proto__":1,"data":[{"__proto__":5},{"__proto__":{"rate":1}},{"\\u005f_proto__":6}],"__proto__":{"x":1}}',
  ]) {
    assert.notEqual(scanMade(page), undefined);
    assertAgrees(page);
  }
});

test('JSON that is no object is no page, and data that is no array has no rows', () => {
  for (const page of ['[]', '[{"data":[]}]', '1', '"a"', 'null', 'true']) assert.equal(scanMade(page), undefined);
  for (const data of ['1', '{}', '"[]"', 'null']) {
    assert.deepEqual(scanMade(`{"data":${data}}`), { envelope: {}, columns: undefined, nonObjectRows: 0 });
  }
  assert.deepEqual(scanMade('{}'), { envelope: {}, columns: undefined, nonObjectRows: 0 });
});

test('a key is not taken where a row cannot have it, also when rows before made it the expected one', () => {
  for (const second of [
    '{,"date":"d"}',
    '{"rate":1"date":"d"}',
    '{"rate":1,,"date":"d"}',
    '{"rate":1,"date":"d",}',
    '{"date":"d","rate":1',
    '{"rate" 1}',
  ]) {
    for (const before of [
      '{"rate":1,"date":"d"}',
      '{"rate":1,"date":"d"},{"rate":1}',
      '{"rate":1,"date":"d"},{"date":"d"}',
    ]) {
      const page = `{"data":[${before},${second}]}`;
      assert.equal(scanMade(page), undefined, page);
      assertAgrees(page);
    }
  }
});

test('rows of every shape, one after another, keep their values apart', () => {
  const shapes = [
    '{"rate":1,"date":"a"}',
    '{"date":"b","rate":2}',
    '{}',
    '{"date":"a"}',
    '{ "rate" : 3 , "date" : "a" }',
    '{"other":1,"rate":4}',
    '7',
    '{"rate":5,"date":"\\u0061"}',
  ];
  const orders = shapes.flatMap((first) => shapes.flatMap((second) => [first, second]));
  assertAgrees(`{"data":[${orders.join(',')}]}`);
});

test('more rows than are expected, more different keys and texts than are remembered: nothing is lost', () => {
  const rows = Array.from(
    { length: 5000 },
    (_, row) => `{"rate":${row},"date":"d${row}","k${row}":${row},"both":${row / 7},"journeyId":"${row}"}`,
  );
  assertAgrees(`{"data":[${[...rows, ...rows].join(',')}]}`);
});

test('a view into a larger buffer is read from its own first byte', () => {
  const page = Buffer.from('{"data":[{"rate":1,"date":"d"},{"rate":2,"date":"d"}]}');
  const view = Buffer.concat([Buffer.from('{"data":'), page, Buffer.from('}')]).subarray(8, 8 + page.length);
  assert.deepEqual(scanMade(view), scanMade(page));
  assert.deepEqual(scanPage(new Uint8Array(page), PAGE_KEYS, new Set(ENVELOPE_KEYS)), scanMade(page));
});
