/** `raw`: all that the source returned; `kept`: what is left after outliers; `delivered`: after sampling, too. */
export const ROW_CHOICES = ['kept', 'delivered', 'raw'] as const;
export const ROW_FORMATS = ['ndjson', 'csv'] as const;
/** Of `runs export`, which writes files: what a gateway sends are lines. */
export const EXPORT_FORMATS = [...ROW_FORMATS, 'parquet'] as const;
/** By name: a tab is hard to type, and `;` ends a command and a part of an address. */
export const CSV_SEPARATORS = ['comma', 'semicolon', 'tab'] as const;

/** How rows are written. The last three are of a CSV only. */
export interface RowForm {
  readonly format: (typeof ROW_FORMATS)[number];
  /** Metrics that are a number in a text are written as the number, with the same digits. */
  readonly typed: boolean;
  /** A text that a spreadsheet would take for a formula gets a `'` in front. Numbers are left alone. */
  readonly guardFormulas: boolean;
  /** A byte order mark in front, by which a spreadsheet knows UTF-8. */
  readonly bom: boolean;
  readonly separator: (typeof CSV_SEPARATORS)[number];
}

export interface RowChoice extends RowForm {
  readonly rows: (typeof ROW_CHOICES)[number];
  /** Of the request: those that `typed` is about. */
  readonly metrics: readonly string[];
  /** Columns of a CSV where there is no row to have any: what the request asked for. */
  readonly columns?: readonly string[];
}
