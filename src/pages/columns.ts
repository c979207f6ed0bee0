/** What a row has under a key. */
export const MISSING = 0;
export const NUMBER = 1;
export const NULL = 2;
/** A number in a string, as CXone sends them; of metrics only, elsewhere it is a string. */
export const NUMERIC_STRING = 3;
export const STRING = 4;
/** A boolean, or a number that is beyond a double. */
export const OTHER = 5;
/** An object or an array. */
export const CONTAINER = 6;
/** Of metrics only: a number, or a number in a string, with more digits than a double holds. `values` has the nearest. */
export const ROUNDED = 7;

/** One requested metric over the rows of a page. */
export interface MetricCells {
  readonly kinds: Uint8Array;
  /** NaN where the row has no number. */
  readonly values: Float64Array;
}

/** A key over the rows of a page, its strings by their place in a list: rows have few of them, again and again. */
export interface TextCells {
  readonly kinds: Uint8Array;
  /** Into `texts`; only where the kind is a string. */
  readonly indexes: Uint32Array;
  /** As `JSON.parse` has them. One that the page spells in two ways may be there twice. */
  readonly texts: readonly string[];
}

/** A key over the rows of a page, whose values are left where they are. */
export interface TokenCells {
  readonly kinds: Uint8Array;
  /** In the page's bytes, where each value begins, and where it ends (exclusive); 0 and 0 where the row has none. */
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
}

/** What the values of a field are; null and absent say nothing. */
export const FIELD_TYPES = ['number', 'text', 'boolean', 'json'] as const;
export type FieldType = (typeof FIELD_TYPES)[number];

/** A field over the rows of a page. */
export interface FieldCells {
  /** Rows that have it, with null among them. */
  readonly rows: number;
  readonly types: readonly FieldType[];
}

/** What is known of a page's rows without their bytes. Of a key that a row has twice the last value counts, as for `JSON.parse`. */
export interface PageColumns {
  readonly rows: number;
  /** In the page's bytes, where each row begins, and where it ends (exclusive). */
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
  readonly metrics: ReadonlyMap<string, MetricCells>;
  readonly texts: ReadonlyMap<string, TextCells>;
  readonly others: ReadonlyMap<string, TokenCells>;
  /** Every field that any row has, also those that nobody asked for. */
  readonly fields: ReadonlyMap<string, FieldCells>;
}

/** By key and row: values as the page has them, where the arrays do not tell them from every other value. */
export type VerbatimValues = ReadonlyMap<string, ReadonlyMap<number, string>>;

/** Columns of a page that has just been scanned. */
export interface ScannedColumns extends PageColumns {
  readonly verbatim: { readonly metrics: VerbatimValues; readonly texts: VerbatimValues };
}
