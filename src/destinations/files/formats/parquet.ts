import type { ParquetWriter as Writer } from 'hyparquet-writer';
import type { Cell, ColumnType, RowTable, TableBatch, TableColumn } from '../../../ports/index.js';

type SchemaElement = ConstructorParameters<typeof Writer>[0]['schema'][number];

/** Rows of a row group: enough that readers can skip some, few enough for memory. */
const GROUP_ROWS = 65_536;

const TYPES: Readonly<Record<ColumnType, Omit<SchemaElement, 'name'>>> = {
  text: { type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } },
  json: { type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } },
  number: { type: 'DOUBLE' },
  integer: { type: 'INT32' },
  boolean: { type: 'BOOLEAN' },
  date: { type: 'INT32', converted_type: 'DATE', logical_type: { type: 'DATE' } },
  instant: {
    type: 'INT64',
    converted_type: 'TIMESTAMP_MILLIS',
    logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MILLIS' },
  },
};

/** A Parquet file, row group by row group: in memory are the rows of one. */
export async function* parquetFile(table: RowTable, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  // Nobody else pays for it.
  const { ByteWriter, ParquetWriter } = await import('hyparquet-writer');
  const writer = new ByteWriter();
  const columns = [...table.columns, ...table.constants];
  const parquet = new ParquetWriter({ writer, schema: schemaOf(columns), createdBy: 'cxone-journey-metrics' });
  const taken = (): Uint8Array => {
    const bytes = writer.getBytes().slice();
    // What was taken is written: `offset` goes on counting.
    writer.index = 0;
    return bytes;
  };
  for await (const group of groups(table, signal)) {
    const own = table.columns.map((column, index) => ({
      name: column.name,
      data: physical(group.cells[index] ?? [], column),
    }));
    const ours = table.constants.map((column) => {
      const [value] = physical([column.value], column);
      return { name: column.name, data: new Array<unknown>(group.rows).fill(value) };
    });
    await parquet.write({ columnData: [...own, ...ours], rowGroupSize: group.rows });
    yield taken();
  }
  await parquet.finish();
  yield taken();
}

function schemaOf(columns: readonly TableColumn[]): SchemaElement[] {
  return [
    { name: 'root', num_children: columns.length },
    ...columns.map(({ name, type }): SchemaElement => ({ name, repetition_type: 'OPTIONAL', ...TYPES[type] })),
  ];
}

function physical(cells: readonly Cell[], { type }: TableColumn): unknown[] {
  if (type === 'instant') return cells.map((value) => (typeof value === 'number' ? BigInt(value) : value));
  // The writer takes any array, and changes none.
  return cells as unknown[];
}

/** Batches put together: a page may have few rows. */
async function* groups({ columns, batches }: RowTable, signal: AbortSignal): AsyncGenerator<TableBatch> {
  let pending: TableBatch[] = [];
  let rows = 0;
  const together = (): TableBatch => {
    const group = { rows, cells: columns.map((_column, index) => pending.flatMap(({ cells }) => cells[index] ?? [])) };
    pending = [];
    rows = 0;
    return group;
  };
  for await (const batch of batches(signal)) {
    if (batch.rows === 0) continue;
    pending.push(batch);
    rows += batch.rows;
    if (rows >= GROUP_ROWS) yield together();
  }
  if (rows > 0) yield together();
}
