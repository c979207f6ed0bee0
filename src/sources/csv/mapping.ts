/** Which columns of a CSV become which fields of a row. */
export interface CsvMapping {
  /** The column that says when a row is of. A name that ends in `*` is the beginning of one. */
  readonly dateColumn: string;
  /** Where the time stands in a column of its own. */
  readonly timeColumn?: string;
  /** IANA name or fixed offset, such as `-06:00`, of dates without an offset. */
  readonly timeZone: string;
  /** By the name of the field: the column. */
  readonly metrics: Readonly<Record<string, string>>;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** The key under which rows say when they are of. */
export const DATE_KEY = 'date';
