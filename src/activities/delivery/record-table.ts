import { createHash } from 'node:crypto';
import { JOURNEY_COLUMNS, LEG_COLUMNS } from '../../domain/journeys/record-columns.js';
import type {
  Cell,
  ColumnType,
  JourneyRecord,
  LegRecord,
  RecordGrain,
  RowTable,
  TableColumn,
} from '../../ports/index.js';

type AnyRecord = JourneyRecord | LegRecord;

/** Columns of a table with a row for each journey, or for each contact. */
const COLUMNS: Readonly<Record<RecordGrain, Readonly<Record<string, ColumnType>>>> = {
  journeys: JOURNEY_COLUMNS satisfies Readonly<Record<keyof JourneyRecord, ColumnType>>,
  legs: LEG_COLUMNS satisfies Readonly<Record<keyof LegRecord, ColumnType>>,
};

const BATCH_ROWS = 10_000;

/** Journeys or contacts as typed columns, some thousands at a time in memory. */
export function recordTable(
  grain: RecordGrain,
  rows: number,
  records: (signal: AbortSignal) => AsyncIterable<AnyRecord>,
): Omit<RowTable, 'constants'> {
  const columns = Object.entries(COLUMNS[grain]).map(([name, type]): TableColumn => ({ name, type }));
  return {
    rows,
    columns,
    async *batches(signal) {
      let cells: Cell[][] = columns.map(() => []);
      let count = 0;
      for await (const record of records(signal)) {
        // Its keys are those of the table above: the compiler holds the two together.
        const values = record as unknown as Readonly<Record<string, Cell>>;
        for (const [index, { name, type }] of columns.entries()) cells[index]?.push(cellOf(values[name] ?? null, type));
        count += 1;
        if (count < BATCH_ROWS) continue;
        yield { rows: count, cells };
        cells = columns.map(() => []);
        count = 0;
      }
      if (count > 0) yield { rows: count, cells };
    },
  };
}

function cellOf(value: Cell, type: ColumnType): Cell {
  return type === 'instant' && typeof value === 'string' ? Date.parse(value) : value;
}

const SUM_MOST = 1n << 128n;

/** How many there are, and a hash of them whatever their order: 64 hex digits. */
export async function countRecords(
  records: AsyncIterable<AnyRecord>,
): Promise<{ readonly rows: number; readonly contentHash: string }> {
  let rows = 0;
  let sum = 0n;
  for await (const record of records) {
    const digest = createHash('sha256').update(JSON.stringify(record)).digest();
    sum = (sum + (digest.readBigUInt64BE(0) << 64n) + digest.readBigUInt64BE(8)) % SUM_MOST;
    rows += 1;
  }
  const contentHash = createHash('sha256')
    .update(`records\n${rows}\n${sum.toString(16)}`)
    .digest('hex');
  return { rows, contentHash };
}
