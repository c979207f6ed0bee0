import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { csvHeader, csvOf, CsvColumns, type CsvOptions } from '../../../src/datasets/read/export-csv.js';
import { ndjsonOf } from '../../../src/datasets/read/export-ndjson.js';
import type { RowBatch } from '../../../src/datasets/read/export-rows.js';
import { RowNotes, rowsText } from '../../../src/datasets/read/read-rows.js';
import { flatGroups, jsonNumberIn, rowsWith } from '../../../src/datasets/read/row-shapes.js';
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

test('numbers, in texts too, are never guarded; formulas are, by plain and full-width signs, line feeds, and in the header', () => {
  const guarded = { ...PLAIN, guardFormulas: true };
  for (const number of ['-0.50', '"-0.50"', '"+1e3"', '" -7 "', '-12345678901234567890']) {
    const text = number.replaceAll('"', '');
    assert.equal(csvText([[`{"a":${number}}`]], guarded), `a\r\n${text.startsWith(' ') ? `"${text}"` : text}\r\n`);
  }
  for (const sign of ['=', '+', '-', '@', '＝', '＋', '－', '＠']) {
    const text = `${sign}1+cmd()`;
    assert.equal(csvText([[`{"${text}":"${text}"}`]], guarded), `'${text}\r\n'${text}\r\n`);
  }
  for (const [escape, text] of [
    ['\\n=1', '\n=1'],
    ['\\r=1', '\r=1'],
    ['\\t-5', '\t-5'],
  ]) {
    assert.equal(parsed(csvText([[`{"a":"${escape}"}`]], guarded))[1]?.[0], `'${text}`);
  }
});

test('a CSV may begin with a byte order mark and have another separator, quoted where a text has it', () => {
  const rows = ['{"a":"x;y","b":"1,5","c":0.5}'];
  assert.equal(
    csvText([rows], { guardFormulas: false, bom: true, separator: 'semicolon' }),
    '\u{FEFF}a;b;c\r\n"x;y";1,5;0.5\r\n',
  );
  assert.equal(csvText([rows], { ...PLAIN, separator: 'tab' }), 'a\tb\tc\r\nx;y\t1,5\t0.5\r\n');
});

test('a number in a text becomes the number with the same digits, and no other text does', () => {
  const numbers = { '0.50': '0.50', ' +007.10 ': '7.10', '-.5': '-0.5', '5.': '5', '1E+3': '1E+3', '-0': '-0' };
  for (const [text, number] of Object.entries(numbers)) assert.equal(jsonNumberIn(text), number);
  assert.equal(jsonNumberIn('12345678901234567890.123456789012345'), '12345678901234567890.123456789012345');
  for (const text of ['', ' ', 'n/a', '1,5', '0x10', '1e999', 'NaN', '--1'])
    assert.equal(jsonNumberIn(text), undefined);
});

test('typed rows have numbers under the requested metrics only; other texts stay and are counted', async () => {
  const rows = ['{"id":"007","m":"0.500","n":"n/a"}', '{ "m" : 1.0, "n": "9007199254740993"\n}', '{"m":null}'];
  const notes = new RowNotes();
  const source = { rows: 3, batches: () => each([batchOf(rows)]) };
  const form = { ...PLAIN, format: 'ndjson', typed: true, metrics: ['m', 'n'] } as const;
  const lines = await textOf(rowsText(source, form, notes));
  assert.equal(lines, '{"id":"007","m":0.500,"n":"n/a"}\n{ "m" : 1.0, "n": 9007199254740993 }\n{"m":null}\n');
  assert.equal(notes.texts, 1);
});

test('a CSV without rows has the columns that were asked for; one with rows has those of its rows', async () => {
  const form = { ...PLAIN, format: 'csv', typed: false, metrics: ['m'], columns: ['date', 'id', 'm'] } as const;
  const of = (rows: readonly string[]) => ({
    rows: rows.length,
    batches: () => each(rows.length > 0 ? [batchOf(rows)] : []),
  });
  assert.equal(await textOf(rowsText(of([]), form, new RowNotes())), 'date,id,m\r\n');
  assert.equal(await textOf(rowsText(of(['{"m":1,"date":"d"}']), form, new RowNotes())), 'm,date\r\n1,d\r\n');
  assert.equal(await textOf(rowsText(of([]), { ...form, format: 'ndjson' }, new RowNotes())), '');
});

test('columns that say of which window a row is stand at its end, and win over those of the source', () => {
  const batch = rowsWith(batchOf(['{"a":1}', '{ }', '{"_org":"no","b":[ ] }']), Buffer.from('"_org":"acme"'));
  const lines = Buffer.from(ndjsonOf(batch)).toString();
  assert.equal(lines, '{"a":1,"_org":"acme"}\n{ "_org":"acme"}\n{"_org":"no","b":[ ] ,"_org":"acme"}\n');
});

test('a rollup is a table with a column for each figure, and an id keeps its last digit', () => {
  const figures = { count: 2, nulls: 0, sum: 1, mean: 0.5, min: 0.25, max: 0.75 };
  const group = (id: string): string =>
    JSON.stringify({ bucket: '2026-11-01', dimensions: { id, rows: 'x' }, rows: 2, metrics: { rate: figures } });
  const batch = batchOf([group('9007199254740992'), group('9007199254740993')]);
  const groups = flatGroups(rowsWith(batch, Buffer.from('"_org":"acme"')));
  const columns = new CsvColumns();
  columns.add(groups);
  const text = Buffer.concat([csvHeader(columns, PLAIN), csvOf(groups, columns, PLAIN)]).toString();
  assert.equal(
    text,
    'bucket,id,rows_dimension,rows,rate_mean,rate_count,rate_nulls,rate_sum,rate_min,rate_max,_org\r\n' +
      '2026-11-01,9007199254740992,x,2,0.5,2,0,1,0.25,0.75,acme\r\n2026-11-01,9007199254740993,x,2,0.5,2,0,1,0.25,0.75,acme\r\n',
  );
});

test('NUL and half of a surrogate pair are U+FFFD in a CSV, as the source sent them in NDJSON, and counted in both', async () => {
  const rows = ['{"a":"x\\u0000y"}', '{"a":"\\ud800"}', '{"a":"\\ud83d\\ude00 \\\\u0000"}'];
  const source = { rows: 3, batches: () => each([batchOf(rows)]) };
  for (const [format, expected] of [
    ['csv', 'a\r\nx\u{FFFD}y\r\n\u{FFFD}\r\n\u{1F600} \\u0000\r\n'],
    ['ndjson', `${rows.join('\n')}\n`],
  ] as const) {
    const notes = new RowNotes();
    assert.equal(await textOf(rowsText(source, { ...PLAIN, format, typed: false, metrics: [] }, notes)), expected);
    assert.equal(notes.unstorable, 2);
  }
});

async function* each<T>(items: readonly T[]): AsyncGenerator<T> {
  for (const item of items) yield await Promise.resolve(item);
}

async function textOf(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all).toString();
}
