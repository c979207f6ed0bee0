import { createHash } from 'node:crypto';
import type { RequestedKeys } from '../../domain/row-verification.js';
import { pageKeysOf } from '../../pages/requested-keys.js';
import { digested } from '../../pages/row-digests.js';
import { scanPage } from '../../pages/scan-page.js';
import type { RowPage, SourcePage } from '../../ports/index.js';
import { CxoneError, malformed } from '../http/errors.js';
import { readColumns, type Selection } from './columns.js';
import type { CsvMapping } from './mapping.js';
import { csvRecords } from './records.js';

const RECORDS_A_PAGE = 10_000;
const BYTES_A_PAGE = 8 * 1024 * 1024;

/** The cursor of a file's first page. */
export const FROM_THE_START = 'file';

interface CsvFile {
  readonly queryId: string;
  readonly body: AsyncIterable<Uint8Array>;
  readonly mapping: CsvMapping;
  readonly selection: Selection;
  readonly keys: RequestedKeys;
}

/** The page before a file: the result is there, and the step that moves many bytes fetches it. */
export function pageBeforeFile(queryId: string, keys: RequestedKeys): SourcePage {
  return { state: 'page', queryId, rows: 0, truncated: false, nextCursor: FROM_THE_START, ...pageOf([], keys) };
}

export function emptyPage(queryId: string, keys: RequestedKeys): SourcePage {
  return { state: 'page', queryId, rows: 0, truncated: false, ...pageOf([], keys) };
}

/**
 * Pages of rows from `cursor` on, in memory for one page. A cursor says which page comes next and what all pages before
 * it hash to: a file that is no longer the same one is `IncompleteResult`, so that no two are ever mixed.
 */
export async function* csvPages(file: CsvFile, cursor: string): AsyncGenerator<SourcePage> {
  let skipping = cursor !== FROM_THE_START;
  let made = 0;
  const hash = createHash('sha256');
  for await (const { rows, outside, isLast } of rowsOf(file)) {
    const page = pageOf(rows, file.keys);
    hash.update(page.body).update(`${outside};`);
    made += 1;
    const next = `${made}-${hash.copy().digest('hex')}`;
    const pages = { queryId: file.queryId, rows: rows.length, truncated: false, outside } as const;
    if (!skipping) yield { state: 'page', ...pages, ...page, ...(!isLast && { nextCursor: next }) };
    else if (next === cursor && !isLast) skipping = false;
    else if (isLast || cursor.startsWith(`${made}-`)) throw changed();
  }
}

function changed(): CxoneError {
  const message = 'The file of the source is not the one of which pages are stored; it is read from the start.';
  return new CxoneError('IncompleteResult', message, { operation: 'page', status: 200 });
}

interface RowsOfPage {
  readonly rows: readonly string[];
  /** Records of other times. */
  readonly outside: number;
  readonly isLast: boolean;
}

/** Where pages end depends on the records alone: another reading of the same file has the same pages. */
async function* rowsOf({ body, mapping, selection, keys }: CsvFile): AsyncGenerator<RowsOfPage> {
  let read: ReturnType<typeof readColumns> | undefined;
  let records = 0;
  let page = { rows: [] as string[], outside: 0, records: 0, bytes: 0 };
  for await (const record of csvRecords(body)) {
    if (read === undefined) {
      read = readColumns(record, mapping, keys, selection);
      continue;
    }
    if (page.records >= RECORDS_A_PAGE || page.bytes >= BYTES_A_PAGE) {
      yield { ...page, isLast: false };
      page = { rows: [], outside: 0, records: 0, bytes: 0 };
    }
    records += 1;
    page.records += 1;
    const made = read(record, records);
    if ('row' in made) {
      page.rows.push(made.row);
      page.bytes += made.row.length;
    } else if (made.leftOut === 'time') page.outside += 1;
  }
  if (read === undefined) throw malformed('page', 'is empty: not even a header row came', { status: 200 });
  yield { ...page, isLast: true };
}

function pageOf(rows: readonly string[], keys: RequestedKeys): RowPage {
  const body = Buffer.from(`{"data":[${rows.join(',\n')}]}`);
  const columns = scanPage(body, pageKeysOf(keys), new Set())?.columns;
  if (columns === undefined) throw malformed('page', 'cannot be written as rows');
  return { body, columns: digested(body, columns) };
}
