import type { RowTable } from '../../../ports/index.js';
import type { FileFormat } from '../layout.js';
import { csvFile } from './csv.js';
import { ndjsonFile } from './ndjson.js';
import { parquetFile } from './parquet.js';

/** The bytes of a file as they come. The same table gives the same bytes. */
type Encode = (table: RowTable, signal: AbortSignal) => AsyncIterable<Uint8Array>;

export const FORMATS: Readonly<Record<FileFormat, Encode>> = {
  parquet: parquetFile,
  csv: csvFile,
  ndjson: ndjsonFile,
};
