/** Which time a series has at a destination: what `windows --json` prints and `GET /windows` sends. */
import { z } from 'zod';
import { RUN_OUTCOMES, WINDOW_STATES } from '../closed-sets.js';
import type { Immutable } from '../values/immutable.js';
import { reportSchema, seriesSchema } from './report.js';

const instant = z.string().meta({ examples: ['2026-11-01T00:00:00Z'] });
const watermark = (what: string) =>
  instant.nullable().describe(`${what}, without a gap since \`from\`; null if there is a gap at its beginning.`);

const spanSchema = z.object({
  from: instant.describe('Inclusive.'),
  to: instant.describe('Exclusive.'),
  label: z.string().describe('Label for people, in the zone of the series; both ends inclusive.'),
  state: z
    .enum(WINDOW_STATES)
    .describe(
      'Delivered, or why not. `corrected`: a later revision replaced the first. `provisional`: may still change. ' +
        '`empty`: the source has no rows. `not-at-source`: older than the oldest day of the source. `late`: the newest ' +
        'window of a schedule, overdue. `missing`: never read.',
    ),
  revision: z.int().nullable().describe('The newest revision at the destination; null before the first.'),
  corrections: z.int().min(0).describe('Number of revisions delivered after the first one.'),
  correctedAt: instant.nullable().describe('When the last correction was delivered.'),
  deliveredAt: instant.nullable().describe('When the revision was delivered.'),
  readAt: instant.nullable().describe('When the window was last read.'),
  rows: z.int().min(0).nullable().describe('Rows that the source had then.'),
  missingBuckets: z
    .int()
    .min(0)
    .nullable()
    .describe('Buckets of its window without rows, as they were last read; null if nobody said.'),
  missing: z.array(z.string()).describe('Their labels, oldest first; the list may be cut.'),
  deliveryId: z.string().nullable().describe('The delivery that counts in this time; null for a gap.'),
  workflowId: z.string().nullable().describe('The run that read it last; null if no run did.'),
  outcome: z.enum(RUN_OUTCOMES).nullable().describe('How that run ended; null while it runs, and for a gap.'),
  failureType: z.string().nullable().describe('Why it failed.'),
  schedule: z.string().nullable().describe('The schedule that should have read it; null of time that was delivered.'),
});
export type WindowListing = Immutable<z.output<typeof spanSchema>>;

const stretchSchema = z.object({
  from: instant.describe('Inclusive.'),
  to: instant.describe('Exclusive.'),
  completeUpTo: watermark('Delivered up to here'),
  finalUpTo: watermark('The same, without provisional windows: delivered up to here'),
});

export const seriesCoverageSchema = z
  .object({
    org: z.string().describe('The organisation.'),
    series: seriesSchema,
    source: z.string().describe('Name of the source.'),
    destination: z.string().describe('Name of the destination.'),
    report: reportSchema.nullable().describe('What the series asks for, with the name of its newest run.'),
    timeZone: z.string().describe('The zone in which its days are counted.'),
    completeUpTo: watermark('The watermark: delivered up to here in the newest stretch'),
    finalUpTo: watermark('The same, without provisional windows: delivered up to here'),
    stretches: z
      .array(stretchSchema)
      .describe('Oldest first. A gap of more than 31 days that no schedule should have read begins a new one.'),
    windows: z
      .array(spanSchema)
      .describe('Disjoint, oldest first. Of deliveries that share time, the one that was claimed last counts.'),
  })
  .meta({ id: 'SeriesCoverage' });
export type SeriesCoverage = Immutable<z.output<typeof seriesCoverageSchema>>;

export const coverageSchema = z.object({
  coverage: z.array(seriesCoverageSchema).describe('By organisation, series and destination.'),
});
