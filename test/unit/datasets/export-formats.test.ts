import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { csvHeader, csvOf, CsvColumns, type CsvOptions } from '../../../src/datasets/read/export-csv.js';
import { ndjsonOf } from '../../../src/datasets/read/export-ndjson.js';
import type { RowBatch } from '../../../src/datasets/read/export-rows.js';
import { rawRow } from './transform-reference.js';

const PLAIN: CsvOptions = { guardFormulas: false, bom: false, separator: 'comma' };

/** Rows as they lie in a page. */
function batchOf(rows: readonly string[]): RowBatch {
  const head = '{"data":[';
  const starts: number[] = [];
  const ends: number[] = [];
  let at = head.length;
  for (const row of rows) {
    starts.push(at);
    at += Buffer.byteLength(row);
    ends.push(at);
    at += 1;
  }
  return { body: Buffer.from(`${head}${rows.join(',')}]}`), starts, ends };
}

function csvText(batches: readonly (readonly string[])[], options = PLAIN): string {
  const columns = new CsvColumns();
  for (const rows of batches) columns.add(batchOf(rows));
  const lines = batches.map((rows) => csvOf(batchOf(rows), columns, options));
  return Buffer.concat([csvHeader(columns, options), ...lines]).toString();
}

/** RFC 4180 as its grammar has it. */
function parsed(csv: string): string[][] {
  const records: string[][] = [];
  const field = /("(?:[^"]|"")*"|[^",\r\n]*)(,|\r\n)/gy;
  let record: string[] = [];
  for (let match = field.exec(csv); match !== null; match = field.exec(csv)) {
    const [whole, value = '', end] = match;
    record.push(value.startsWith('"') ? value.slice(1, -1).replaceAll('""', '"') : value);
    if (end === '\r\n') {
      records.push(record);
      record = [];
    }
    if (field.lastIndex === csv.length || whole === '') break;
  }
  assert.equal(records.map(({ length }) => length).join(), records.map(() => records[0]?.length).join());
  return records;
}

const valueText = (value: unknown): unknown =>
  typeof value === 'string' ? Buffer.from(value).toString().replaceAll('\0', '\u{FFFD}') : value;

test('a CSV has every value of every row under its key, whatever is in them', () => {
  fc.assert(
    fc.property(fc.array(fc.array(rawRow, { maxLength: 8 }), { maxLength: 3 }), (batches) => {
      const rows = batches.flat().map((raw) => JSON.parse(raw) as Record<string, unknown>);
      const keys = [...new Set(rows.flatMap((row) => Object.keys(row)))];
      const csv = csvText(batches);
      if (keys.length === 0) return;
      const [header, ...records] = parsed(csv);
      assert.deepEqual(header, keys.map(valueText));
      assert.equal(records.length, rows.length);
      for (const [index, record] of records.entries()) {
        for (const [place, key] of keys.entries()) {
          const value = rows[index]?.[key];
          const field = record[place] ?? '';
          if (value == null) assert.equal(field, '');
          else if (typeof value === 'string') assert.equal(field, valueText(value));
          else assert.deepEqual(JSON.parse(field), value);
        }
      }
    }),
    { numRuns: 400 },
  );
});

test('a CSV keeps the digits of the source, and tells an empty text from none', () => {
  const rows = ['{"a":12345678901234567890,"b":"","c":1.0}', '{"c":-0,"b":null,"d":"x\\"y,z\\n"}'];
  assert.equal(csvText([rows]), 'a,b,c,d\r\n12345678901234567890,"",1.0,\r\n,,-0,"x""y,z\n"\r\n');
});

test('the columns of a CSV are the keys in the order in which rows first have them', () => {
  assert.match(
    csvText([['{"b":1}'], ['{"a":1,"b":2}', '{"c":{"d":[1, 2]}}']]),
    /^b,a,c\r\n1,,\r\n2,1,\r\n,,"\{""d"":\[1, 2\]\}"\r\n$/,
  );
  assert.equal(csvText([]), '');
  assert.equal(csvText([['{"a":null}']]), 'a\r\n""\r\n', 'a line without anything would be no row');
});

test('texts that a spreadsheet would run are guarded where that is asked for, and numbers never', () => {
  const rows = ['{"a":"=cmd()","b":-5,"c":"@x","d":"a=b","+e":"\\t1"}'];
  assert.equal(csvText([rows], { ...PLAIN, guardFormulas: true }), "a,b,c,d,'+e\r\n'=cmd(),-5,'@x,a=b,'\t1\r\n");
  assert.match(csvText([rows]), /^a,b,c,d,\+e\r\n=cmd\(\),/);
});

test('of a key that a row has twice a CSV has the last value, as JSON.parse does', () => {
  assert.equal(csvText([['{"a":1,"\\u0061":2}']]), 'a\r\n2\r\n');
});

test('NDJSON is the bytes of every row, in one line each', () => {
  fc.assert(
    fc.property(fc.array(rawRow, { maxLength: 8 }), (rows) => {
      const lines = Buffer.from(ndjsonOf(batchOf(rows)))
        .toString()
        .split('\n');
      assert.equal(lines.pop(), '');
      assert.deepEqual(
        lines,
        rows.map((row) => row.replaceAll(/[\r\n]/g, ' ')),
      );
      assert.deepEqual(
        lines.map((line) => JSON.parse(line) as unknown),
        rows.map((row) => JSON.parse(row) as unknown),
      );
    }),
  );
});
