import { z } from 'zod';
import { parseDuration } from '../../contract/values/duration.js';
import { fieldName } from '../../contract/request/field-names.js';
import { zoneOffsets } from '../../sources/csv/local-time.js';
import { DATE_KEY, type CsvMapping } from '../../sources/csv/mapping.js';
import { NO_DROP_OFF } from '../../sources/data-extraction/source.js';

/** Sources whose rows are the records of a CSV. */

const column = z.string().min(1).max(200);
const columns = z.record(fieldName, column);

const mapping = {
  dateColumn: column.describe(
    'The column that says when a row is of, as the header row has it. A name that ends in `*` is the beginning of one.',
  ),
  timeColumn: column.optional().describe('Where the time of day stands in a column of its own.'),
  timeZone: z
    .string()
    .refine((name) => zoneOffsets(name) !== undefined, 'must be an IANA time zone, or an offset like "-06:00"')
    .describe('Of the dates in the file: an IANA zone, or a fixed offset where they know no summer time.'),
  metrics: columns.default({}).describe('Metrics by name, each with its column.'),
  dimensions: columns.default({}).describe('Dimensions by name, each with its column.'),
};

const version = z.string().regex(/^\d{1,3}$/, 'must be a version like "4"');

export const dataExtraction = z.strictObject({
  kind: z.literal('data-extraction').describe('A job of Data Extraction, and its CSV.'),
  entity: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,63}$/, 'must be a name like "qm-workflows"')
    .describe('What is extracted.'),
  version: version.describe('Of the entity.'),
  resultHosts: z
    .array(z.string().regex(/^(\*\.)?[a-z0-9][a-z0-9.-]{0,252}$/i, 'must be a host, or "*." and a domain'))
    .optional()
    .describe('Hosts of results beside `*.amazonaws.com`.'),
  ...mapping,
});

export const customReport = z.strictObject({
  kind: z.literal('custom-report').describe('A custom report of the Reporting API, as a CSV.'),
  reportId: z
    .string()
    .regex(/^\d{1,12}$/, 'must be the digits of a report')
    .describe('Id of the report in the tenant.'),
  apiVersion: z
    .string()
    .regex(/^v\d{1,3}\.0$/, 'must be a version like "v34.0"')
    .default('v34.0')
    .describe('Version of the Reporting API.'),
  ...mapping,
});

/** Between two POSTs of a tenant, as CXone documents it. */
const GAP = '31 s';

/** @param limits of the organisation */
export function gapMsOf(limits: { readonly gap?: string | undefined } | undefined): number {
  return parseDuration(limits?.gap ?? GAP) ?? 0;
}

const DROP_OFF = /abandon|drop[-_. ]?(off|ped|s$)/i;

type InFile = z.output<typeof dataExtraction> | z.output<typeof customReport>;

/** Why a source cannot be had as it is configured; the rest of a sentence. */
export function csvProblem({ kind, metrics, dimensions }: InFile): string | undefined {
  const names = [...Object.keys(metrics), ...Object.keys(dimensions)];
  if (Object.keys(metrics).length === 0) return 'without a metric: name at least one column under metrics';
  if (names.includes(DATE_KEY)) return `with a field "${DATE_KEY}", which rows have for their date: name it otherwise`;
  const twice = names.find((each, index) => names.indexOf(each) !== index);
  if (twice !== undefined) return `with "${twice}" both as a metric and as a dimension`;
  const dropOff = kind === 'data-extraction' ? Object.keys(metrics).find((each) => DROP_OFF.test(each)) : undefined;
  return dropOff === undefined ? undefined : `with the metric "${dropOff}": ${NO_DROP_OFF}`;
}

export function mappingOf({ dateColumn, timeColumn, timeZone, metrics, dimensions }: InFile): CsvMapping {
  return { dateColumn, ...(timeColumn !== undefined && { timeColumn }), timeZone, metrics, dimensions };
}
