import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { CsvMapping } from '../../../src/sources/csv/mapping.js';
import { csvPages, FROM_THE_START } from '../../../src/sources/csv/pages.js';
import { csvRecords } from '../../../src/sources/csv/records.js';
import type { SourcePage } from '../../../src/ports/index.js';

const MAPPING: CsvMapping = {
  dateColumn: 'Submission Date',
  timeZone: 'UTC',
  metrics: { score: 'Score' },
  dimensions: { agent: 'Agent ID' },
};
const KEYS = { dateKey: 'date', metrics: ['score'], dimensions: ['agent'] };
const DAY = { fromMs: Date.parse('2026-10-05T00:00:00Z'), toMs: Date.parse('2026-10-06T00:00:00Z'), filter: {} };
const HEADER = 'Agent ID,Submission Date,Score,Comment';

/** In pieces of any size, as a network brings them. */
async function* piecesOf(text: string | Uint8Array, size = 7): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) yield await Promise.resolve(bytes.subarray(at, at + size));
}

async function recordsIn(text: string | Uint8Array, size?: number): Promise<readonly (readonly string[])[]> {
  const records: (readonly string[])[] = [];
  for await (const record of csvRecords(piecesOf(text, size))) records.push(record);
  return records;
}

async function pagesIn(
  text: string,
  { cursor = FROM_THE_START, mapping = MAPPING, selection = DAY, size = 65_536 } = {},
): Promise<readonly SourcePage[]> {
  const pages: SourcePage[] = [];
  const file = { queryId: 'q', body: piecesOf(text, size), mapping, selection, keys: KEYS };
  for await (const page of csvPages(file, cursor)) pages.push(page);
  return pages;
}

const rowsIn = (pages: readonly SourcePage[]): unknown[] =>
  pages.flatMap(({ body }) => (JSON.parse(Buffer.from(body).toString()) as { data: unknown[] }).data);

/** RFC 4180, in a line. */
const written = (records: readonly (readonly string[])[], end: string): string =>
  records.map((cells) => cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(',') + end).join('');

test('any cells come back as they were written: quotes, commas, line ends, marks, in pieces of any size', async () => {
  const cell = fc.string({
    unit: fc.constantFrom('a', 'ü', '😀', '"', ',', '\n', '\r', ' ', '\\', '+', '\uFEFF'),
    maxLength: 6,
  });
  const table = fc
    .integer({ min: 1, max: 4 })
    .chain((width) => fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 6 }));
  await fc.assert(
    fc.asyncProperty(
      table,
      fc.constantFrom('\n', '\r\n'),
      fc.boolean(),
      fc.integer({ min: 1, max: 9 }),
      async (records, end, bom, size) => {
        assert.deepEqual(await recordsIn(`${bom ? '\uFEFF' : ''}${written(records, end)}`, size), records);
      },
    ),
    { numRuns: 60 },
  );
});

test('a file without a last line end, with blank lines after it, or with mixed line ends is the same file', async () => {
  const records = [
    ['a', 'b'],
    ['1', 'x\ny'],
  ];
  for (const text of ['a,b\n1,"x\ny"', 'a,b\r\n1,"x\ny"\r\n\r\n', 'a,b\n1,"x\ny"\r\n', '\uFEFFa,b\n1,"x\ny"\n\n\n']) {
    assert.deepEqual(await recordsIn(text), records, JSON.stringify(text));
  }
});

test('what is no CSV is refused by what is wrong, without a word of the file', async () => {
  const cases: Readonly<Record<string, RegExp>> = {
    'a,b\nsecret,"open\n': /CSV_QUOTE_NOT_CLOSED/,
    'a,b\nsecret\n': /CSV_RECORD_INCONSISTENT/,
    'a,b\nse"cret",1\n': /INVALID_OPENING_QUOTE/,
  };
  for (const [text, expected] of Object.entries(cases)) {
    await assert.rejects(recordsIn(text), (error: Error) => {
      assert.match(error.message, expected);
      assert.doesNotMatch(error.message, /secret/);
      return true;
    });
  }
  await assert.rejects(recordsIn(Buffer.from([0x61, 0x0a, 0xff, 0xfe, 0x0a])), /not UTF-8/);
  await assert.rejects(recordsIn(Buffer.from([0x61, 0x0a, 0xe2, 0x82]), 1), /not UTF-8/, 'cut inside a character');
});

test('a quote that is never closed does not bring the file into memory', async () => {
  const endless = async function* (): AsyncGenerator<Uint8Array> {
    yield await Promise.resolve(Buffer.from('a,b\n1,"'));
    for (let piece = 0; piece < 64; piece += 1) yield Buffer.alloc(64 * 1024, 'x\n');
    assert.fail('all of it was read');
  };
  await assert.rejects(async () => {
    for await (const record of csvRecords(endless())) assert.ok(record);
  }, /CSV_MAX_RECORD_SIZE/);
});

test('rows are those of the half-open window, with the columns that are configured; the others are counted', async () => {
  const text = [
    HEADER,
    '0017,2026-10-04 23:59:59,1,before',
    '0017,2026-10-05 00:00:00,0.50,"first, with\na line end"',
    '18446744073709551616,2026-10-05T23:59:59.999Z,"1,234.5",last',
    ',,,"no date"',
    '9,2026-10-06 00:00:00,2,the end is not in it',
  ].join('\r\n');
  const [page, ...others] = await pagesIn(text);
  assert.ok(page);
  assert.equal(others.length, 0);
  assert.equal(
    Buffer.from(page.body).toString(),
    '{"data":[{"date":"2026-10-05T00:00:00Z","agent":"0017","score":0.50},\n' +
      '{"date":"2026-10-05T23:59:59.999Z","agent":"18446744073709551616","score":1234.5},\n' +
      '{"date":null,"agent":null,"score":null}]}',
  );
  assert.deepEqual([page.rows, page.outside, page.nextCursor], [3, 2, undefined]);
});

test('a filter keeps the rows that have one of its values', async () => {
  const text = `${HEADER}\n1,2026-10-05,1,\n2,2026-10-05,2,\n,2026-10-05,3,\n`;
  const rows = rowsIn(await pagesIn(text, { selection: { ...DAY, filter: { agent: ['2', null] } } }));
  assert.deepEqual(
    rows.map((row) => (row as { score: number }).score),
    [2, 3],
  );
});

test('a header row that is not the configured one is refused by the columns that are missing', async () => {
  await assert.rejects(pagesIn('Agent ID,Submitted,Score\n'), /has no column "Submission Date"/);
  await assert.rejects(pagesIn('Agent ID,Submission Date,Score,Score\n'), /more than one column "Score"/);
  await assert.rejects(pagesIn(''), /not even a header row/);
});

test('a column may be named by its beginning, where only one begins so', async () => {
  const mapping = { ...MAPPING, metrics: { score: 'Sco*' } };
  assert.equal(
    rowsIn(await pagesIn(`Agent ID,Submission Date,Score (of 10)\n1,2026-10-05,2\n`, { mapping })).length,
    1,
  );
  await assert.rejects(pagesIn('Agent ID,Submission Date,Score,Scope\n', { mapping }), /more than one column "Sco\*"/);
});

test('a date of no known form fails by column and record, and is not repeated', async () => {
  await assert.rejects(pagesIn(`${HEADER}\n1,2026-10-05,1,\n1,5th of October,1,\n`), (error: Error) => {
    assert.match(error.message, /"Submission Date" that is of no known form \(record 2\)/);
    assert.doesNotMatch(error.message, /October/);
    return true;
  });
});

const LONG = `${HEADER}\n${Array.from({ length: 25_000 }, (_, row) => `${row},2026-10-0${row % 3 === 0 ? 4 : 5},${row},`).join('\n')}\n`;

test('a long file has pages, and goes on after any of them', async () => {
  const whole = await pagesIn(LONG);
  assert.deepEqual(
    whole.map(({ nextCursor }) => nextCursor === undefined),
    [false, false, true],
  );
  assert.equal(
    whole.reduce((sum, { rows, outside = 0 }) => sum + rows + outside, 0),
    25_000,
  );
  for (const [index, { nextCursor }] of whole.entries()) {
    if (nextCursor === undefined) continue;
    assert.deepEqual(rowsIn(await pagesIn(LONG, { cursor: nextCursor })), rowsIn(whole.slice(index + 1)));
  }
});

test('pages of two different files are never put together', async () => {
  const [, second] = await pagesIn(LONG);
  const cursor = second?.nextCursor ?? '';
  await assert.rejects(pagesIn(LONG.replace('\n5,', '\n6,'), { cursor }), /not the one of which pages are stored/);
  await assert.rejects(pagesIn(`${HEADER}\n1,2026-10-05,1,\n`, { cursor }), /not the one of which pages are stored/);
});
