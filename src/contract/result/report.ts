/** What was asked for, in words of the request: it stands beside every figure, so that two queries can be told apart. */
import { z } from 'zod';
import { TIME_GROUPS } from '../closed-sets.js';
import type { Immutable } from '../values/immutable.js';

/** JSON of a filter beyond this many bytes does not travel: payloads, files and the audit trail read it from the records. */
const FILTER_BYTES_MOST = 1_024;

export const reportSchema = z.object({
  name: z.string().exactOptional().describe('The name that the request gives it; a label, part of no identity.'),
  source: z.string().describe('Name of the source.'),
  definition: z.string().exactOptional().describe('Version of the definition of its rows, if the source has one.'),
  reportType: z.string().describe('As in the request.'),
  metrics: z.array(z.string()).describe('As in the request.'),
  dimensions: z.array(z.string()).describe('As in the request.'),
  filter: z
    .record(z.string(), z.unknown())
    .nullable()
    .describe(
      `As in the request. Results and lists say null for one of more than ${FILTER_BYTES_MOST} bytes of JSON; ` +
        'payloads and audit entries have all of it.',
    ),
  timeGroupBy: z.enum(TIME_GROUPS).describe('Length of a bucket.'),
  timeZone: z.string().describe('The zone in which its days and buckets are counted.'),
});
export type Report = Immutable<z.output<typeof reportSchema>>;

export const seriesSchema = z
  .string()
  .describe(
    'The same for every window of the same report, no matter who asks for it and under which name. 16 hex digits.',
  );

/** The report without a filter that is too large to travel with every step of a run. */
export function boundedReport(report: Report): Report {
  const bytes = new TextEncoder().encode(JSON.stringify(report.filter)).length;
  return bytes > FILTER_BYTES_MOST ? { ...report, filter: null } : report;
}
