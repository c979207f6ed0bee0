import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import { parquetOf } from '../../../src/cli/export/export-parquet.js';

test('an export as Parquet has metrics as numbers, everything else as text, and a column for every key of any row', async () => {
  const rows = [
    { date: '2026-11-01', id: 9_007_199_254_740_991, rate: 0.5, more: { a: 1 } },
    { date: '2026-11-02', rate: '0.25', other: null },
    { date: 'a"b', rate: 'n/a', other: true },
  ];
  const body = Buffer.from(JSON.stringify(rows));
  const text = body.toString();
  const starts = rows.map((row) => text.indexOf(JSON.stringify(row)));
  const ends = rows.map((row, index) => (starts[index] ?? 0) + JSON.stringify(row).length);
  const source = {
    async *batches() {
      yield await Promise.resolve({ body, starts, ends });
    },
  };
  const chunks: Uint8Array[] = [];
  for await (const chunk of parquetOf(source, { metrics: ['rate'], columns: [] }, new AbortController().signal))
    chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  const none = { id: null, more: null, other: null };
  assert.deepEqual(await parquetReadObjects({ file }), [
    { ...none, date: '2026-11-01', id: '9007199254740991', rate: 0.5, more: '{"a":1}' },
    { ...none, date: '2026-11-02', rate: 0.25 },
    { ...none, date: 'a"b', rate: null, other: 'true' },
  ]);
});

test('an export as Parquet without rows has the columns that were asked for', async () => {
  const source = { batches: () => nothing() };
  const chunks: Uint8Array[] = [];
  const asked = { metrics: ['rate'], columns: ['date', 'rate'] };
  for await (const chunk of parquetOf(source, asked, new AbortController().signal)) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  const { schema, num_rows: rows } = await parquetMetadataAsync(file);
  assert.deepEqual([schema.slice(1).map(({ name }) => name), Number(rows)], [['date', 'rate'], 0]);
});

async function* nothing(): AsyncGenerator<never> {
  yield* await Promise.resolve([]);
}
