import type { RequestedKeys } from '../../domain/row-verification.js';
import { malformed } from '../http/errors.js';
import { dimensionJson, metricJson } from './cells.js';
import { dateReader } from './local-time.js';
import { DATE_KEY, type CsvMapping } from './mapping.js';

/** What is taken of a file: rows of the window that pass the filter. */
export interface Selection {
  readonly fromMs: number;
  readonly toMs: number;
  /** By dimension: the texts that a row may have; an empty cell is null. */
  readonly filter: Readonly<Record<string, readonly (string | null)[]>>;
}

/** One record: a row as JSON, or why it makes no row: it is of another time, or the filter leaves it out. */
type ReadRecord = (
  record: readonly string[],
  line: number,
) => { readonly row: string } | { readonly leftOut: 'time' | 'filter' };

/** Holds the header row against what is configured. Fails with `MalformedResponse` that names the columns. */
export function readColumns(
  header: readonly string[],
  mapping: CsvMapping,
  keys: Pick<RequestedKeys, 'metrics' | 'dimensions'>,
  { fromMs, toMs, filter }: Selection,
): ReadRecord {
  const at = columnsIn(header, mapping);
  const dateAt = at(mapping.dateColumn);
  const timeAt = mapping.timeColumn === undefined ? undefined : at(mapping.timeColumn);
  const readDate = dateReader(mapping.timeZone);
  const columnOf = (columns: Readonly<Record<string, string>>, key: string): number => {
    const column = columns[key];
    // It was there when the run was planned: the configuration has changed since.
    if (column === undefined) throw new Error(`no column is configured for "${key}" any more`);
    return at(column);
  };
  const filters = Object.entries(filter).map(([key, values]) => ({
    place: columnOf(mapping.dimensions, key),
    values: new Set(values),
  }));
  const fields = [
    ...keys.dimensions.map((key) => field(key, columnOf(mapping.dimensions, key), dimensionJson)),
    ...keys.metrics.map((key) => field(key, columnOf(mapping.metrics, key), metricJson)),
  ];
  return (record, line) => {
    const cell = (place: number): string => record[place] ?? '';
    const text = timeAt === undefined ? cell(dateAt) : `${cell(dateAt)} ${cell(timeAt)}`;
    const ms = readDate(text);
    if (ms === undefined) throw unreadableDate(mapping, line);
    if (ms !== null && (ms < fromMs || ms >= toMs)) return { leftOut: 'time' };
    if (filters.some(({ place, values }) => !values.has(cell(place) === '' ? null : cell(place))))
      return { leftOut: 'filter' };
    const date = ms === null ? 'null' : `"${new Date(ms).toISOString().replace('.000Z', 'Z')}"`;
    const values = fields.map(({ before, place, json }) => before + json(cell(place)));
    return { row: `{"${DATE_KEY}":${date}${values.join('')}}` };
  };
}

interface Field {
  /** All that stands before its value. */
  readonly before: string;
  readonly place: number;
  readonly json: (cell: string) => string;
}

function field(key: string, place: number, json: Field['json']): Field {
  return { before: `,${JSON.stringify(key)}:`, place, json };
}

/** Finds columns by name. All that are configured have to be there, once: then it is the file that was meant. */
function columnsIn(header: readonly string[], mapping: CsvMapping): (column: string) => number {
  const names = header.map((name) => name.trim());
  const placesOf = (column: string): readonly number[] => {
    const begins = column.endsWith('*') ? column.slice(0, -1) : undefined;
    return names.flatMap((name, place) =>
      (begins === undefined ? name === column : name.startsWith(begins)) ? [place] : [],
    );
  };
  const { dateColumn, timeColumn, metrics, dimensions } = mapping;
  const wanted = [
    dateColumn,
    ...(timeColumn === undefined ? [] : [timeColumn]),
    ...Object.values(dimensions),
    ...Object.values(metrics),
  ];
  const wrong = (least: number, most: number): string[] =>
    [...new Set(wanted)].filter((column) => placesOf(column).length >= least && placesOf(column).length <= most);
  const [missing, twice] = [wrong(0, 0), wrong(2, Infinity)];
  if (missing.length > 0) {
    throw malformed('page', `has no column ${quoted(missing)}; its header row is not the one that is configured`, {
      status: 200,
    });
  }
  if (twice.length > 0) throw malformed('page', `has more than one column ${quoted(twice)}`, { status: 200 });
  return (column) => placesOf(column)[0] ?? -1;
}

function quoted(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(', ');
}

function unreadableDate({ dateColumn, timeColumn }: CsvMapping, line: number): Error {
  const column = timeColumn === undefined ? `"${dateColumn}"` : `"${dateColumn}" and "${timeColumn}"`;
  const what = `has a date in ${column} that is of no known form (record ${line})`;
  return malformed('page', what, { status: 200, facts: { record: line } });
}
