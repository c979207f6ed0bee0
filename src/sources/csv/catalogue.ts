import type { RequestProblem } from '../../contract/failures.js';
import { METRICS } from '../../domain/journeys/rows/metrics.js';
import type { Catalogue, Source } from '../../ports/index.js';
import type { Selection } from './columns.js';
import type { CsvMapping } from './mapping.js';

/** The filter travels in the ticket, which has a bound of its own. */
const FILTER_BYTES = 1_024;

/** @param file what the columns are of, @param noJourneys why metrics of journeys cannot be had, @param caveat of metrics */
export function csvCatalogue(
  { metrics, dimensions }: CsvMapping,
  { file, noJourneys, caveat = '' }: { readonly file: string; readonly noJourneys: string; readonly caveat?: string },
): Catalogue {
  const said = (columns: Readonly<Record<string, string>>, more: string): [string, string][] =>
    Object.entries(columns).map(([key, column]) => [key, `Column "${column}" of ${file}.${more}`]);
  const refused = METRICS.flatMap(({ metric }) => (metric in metrics ? [] : [[metric, noJourneys] as const]));
  return {
    reportTypes: ['journey-execution'],
    metrics: Object.keys(metrics),
    dimensions: Object.keys(dimensions),
    sentences: Object.fromEntries([...said(metrics, caveat && ` ${caveat}`), ...said(dimensions, '')]),
    refused: Object.fromEntries(refused),
  };
}

/** What a filter asks of mapped dimensions; rows are held against it here, never by CXone. */
export function readFilter(asked: Readonly<Record<string, unknown>>): Selection['filter'] {
  return Object.fromEntries(
    Object.entries(asked).map(([key, value]) => [
      key,
      [value].flat().map((each) => (typeof each === 'number' ? String(each) : each)) as (string | null)[],
    ]),
  );
}

/** Checks a request's filter. Its metrics are as they were asked for. */
export function prepareCsv(
  { metric, filter }: Parameters<NonNullable<Source['prepare']>>[0],
  { dimensions }: CsvMapping,
): ReturnType<NonNullable<Source['prepare']>> {
  const problems: RequestProblem[] = Object.entries(filter).flatMap(([key, value]) => {
    const reason = filterProblem(key, value, dimensions);
    return reason === undefined
      ? []
      : [{ path: `query.filter.${key}`, message: `"${key}" cannot be filtered by: ${reason}` }];
  });
  if (Buffer.byteLength(JSON.stringify(filter)) > FILTER_BYTES) {
    problems.push({ path: 'query.filter', message: `is larger than ${FILTER_BYTES} bytes` });
  }
  return problems.length > 0 ? { problems } : { metrics: metric };
}

function filterProblem(key: string, value: unknown, dimensions: CsvMapping['dimensions']): string | undefined {
  if (!Object.hasOwn(dimensions, key)) return `filters are ${Object.keys(dimensions).join(', ') || 'not configured'}`;
  const values = [value].flat();
  const fits = (each: unknown): boolean =>
    each === null || typeof each === 'string' || (typeof each === 'number' && Number.isSafeInteger(each));
  return values.length > 0 && values.every(fits)
    ? undefined
    : 'its value is a text, a number, null, or a list of these';
}
