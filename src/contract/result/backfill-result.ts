/** What a backfill returns, and what it says meanwhile. */
import { z } from 'zod';
import { BACKFILL_OUTCOMES, BACKFILL_PHASES } from '../closed-sets.js';
import { FAILURE_TYPES } from '../failures.js';
import type { Immutable } from '../values/immutable.js';
import { FAILURES_MOST } from '../limits.js';

const count = z.int().min(0);

/** Half-open. */
const range = {
  from: z.string().describe('Inclusive, an instant in UTC.'),
  to: z.string().describe('Exclusive, an instant in UTC.'),
};
const rangeSchema = z.object(range);

const countsSchema = z.object({
  total: count.describe('The sum of the others but `halved`.'),
  completed: count.describe('Delivered.'),
  unchanged: count.describe('Found as they had been delivered before.'),
  undelivered: count.describe('Read; the receiver did not take them.'),
  failed: count.describe('Without a result.'),
  running: count.describe('Under way.'),
  waiting: count.describe('Not started yet.'),
  halved: count.describe('Capped by the source, or not answered in time: two halves took the place of each.'),
});
export type SliceCounts = Immutable<z.output<typeof countsSchema>>;

/** A slice that did not reach BI. */
const failureSchema = z.object({
  ...range,
  workflowId: z.string().describe('Its run.'),
  type: z
    .enum([...FAILURE_TYPES, 'Undelivered', 'RunCancelled', 'RunTerminated', 'RunTimedOut'])
    .describe(
      'The failure type. `Undelivered`: it was read, and the receiver did not take it. `RunTerminated`, `RunTimedOut`: ' +
        'it was ended from outside.',
    ),
  message: z.string().describe('One sentence, cut at 80 characters: the run has it all.'),
});
export type SliceFailure = Immutable<z.output<typeof failureSchema>>;

const rowsSchema = z.object({
  returned: count.describe('Rows that the source returned.'),
  delivered: count.describe('Rows in payloads.'),
  sent: count.describe('Of these, rows that this backfill sent; the others were delivered before, or not accepted.'),
});

const findingsSchema = z.object({
  withWarnings: count.describe('Slices with quality warnings.'),
  withoutRows: count.describe('Slices whose windows have no row.'),
  missing: count.describe('Buckets without rows, over all slices that have a result.'),
});

/** What `backfillJourneyMetrics` returns: plain JSON below 16 KiB. */
export const backfillResultSchema = z.object({
  workflowId: z.string().describe('Names the backfill.'),
  runId: z.string().describe('The first run id of its continue-as-new chain.'),
  outcome: z.enum(BACKFILL_OUTCOMES).describe('`incomplete`: there are failures, or slices that were not started.'),
  timeZone: z.string().describe('IANA name of the zone in which slices are cut.'),
  range: rangeSchema.describe('From the start of the first slice to the end of the last.'),
  slices: countsSchema.describe('How many slices there are, and how they ended.'),
  rows: rowsSchema.describe('Of all slices that have a result.'),
  findings: findingsSchema.describe('What to look at in slices that have a result, delivered or not.'),
  failures: z
    .array(failureSchema)
    .max(FAILURES_MOST)
    .describe('What `retry` runs again: never are more under way than there is room for here.'),
  left: z
    .object({ slices: z.array(rangeSchema), range: rangeSchema.exactOptional() })
    .describe('What was not started, where there were too many failures: single slices, and a range of them.'),
  partsOfBuckets: count.describe(
    'Slices shorter than a bucket of `timeGroupBy`: their rows are of a part of it. Sums add up, rates and medians do not.',
  ),
});
export type BackfillResult = Immutable<z.output<typeof backfillResultSchema>>;

/** Answer of the query `progress` of a backfill. */
export const backfillProgressSchema = z.object({
  phase: z.enum(BACKFILL_PHASES).describe('The current step.'),
  width: count.describe('Slices that may run side by side.'),
  slices: countsSchema.describe('How many slices there are, and how they ended.'),
  rows: rowsSchema.describe('Of the slices that have a result by now.'),
  findings: findingsSchema.describe('What to look at in the slices that have a result by now.'),
  timeZone: z.string().exactOptional().describe('Absent while it is planned.'),
  range: rangeSchema.exactOptional().describe('Absent while it is planned.'),
  running: z.array(rangeSchema).describe('Slices under way.'),
  failures: count.describe('How many there are.'),
});
export type BackfillProgress = Immutable<z.output<typeof backfillProgressSchema>>;
