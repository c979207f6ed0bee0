/** Text; a double; a whole number; days since 1970-01-01; milliseconds since the epoch; JSON as text. */
export type ColumnType = 'text' | 'number' | 'integer' | 'boolean' | 'date' | 'instant' | 'json';

export interface TableColumn {
  readonly name: string;
  readonly type: ColumnType;
}

/** null where a row has no value. */
export type Cell = string | number | boolean | null;

/** The same value in every row. */
export interface ConstantColumn extends TableColumn {
  readonly value: Cell;
}

/** Some of the rows, column by column, in the order of the table's columns. */
export interface TableBatch {
  readonly rows: number;
  readonly cells: readonly (readonly Cell[])[];
}

/** Rows as typed columns, a page at a time in memory. */
export interface RowTable {
  readonly rows: number;
  readonly columns: readonly TableColumn[];
  /** Columns of ours, after those of the rows. */
  readonly constants: readonly ConstantColumn[];
  /** May be called again: it reads the store again. */
  readonly batches: (signal: AbortSignal) => AsyncIterable<TableBatch>;
}
