/** What there is to say of a run: what the client answers, `runs show --json` prints and `/runs/{id}` sends. */
import { z } from 'zod';
import { RUN_OUTCOMES, RUN_STATES, type RunOutcome } from '../closed-sets.js';
import type { Immutable } from '../values/immutable.js';
import { progressSchema } from './progress.js';
import { windowSchema } from '../values/window.js';
import { reportSchema, seriesSchema } from './report.js';
import { aggregateResultSchema, redeliverResultSchema } from './result.js';

const instant = z.string().meta({ examples: ['2026-11-01T00:00:00.000Z'] });

/** Under its name in the OpenAPI document: a published schema of its own must have none, or it would refer to itself. */
export const namedResultSchema = aggregateResultSchema.meta({ id: 'Result' });

/** Why a run failed, or was ended. */
export const runFailureSchema = z.object({
  type: z.string().meta({ description: 'The failure type.', examples: ['QueryRejected'] }),
  message: z.string().describe('One sentence.'),
  details: z.array(z.unknown()).describe('Plain JSON; empty for most types.'),
});
export type RunFailure = Immutable<z.output<typeof runFailureSchema>>;

/** What people look for first in a list: what a run found, once it has rows. */
export const findingsSchema = z.object({
  returned: z.int().min(0).describe('Rows that the source returned.'),
  delivered: z.int().min(0).describe('Rows in the payload.'),
  warnings: z.int().min(0).describe('Number of quality warnings.'),
  missing: z.int().min(0).describe('Buckets of the window without rows.'),
  expected: z.int().min(0).describe('Buckets that the window has.'),
});
export type Findings = Immutable<z.output<typeof findingsSchema>>;

/** What a run says of itself under the memo key `asked`: a client the window at the start, the run itself the rest. */
export const askedMemoSchema = z.object({
  window: windowSchema,
  series: seriesSchema.exactOptional(),
  report: reportSchema.exactOptional(),
  findings: findingsSchema.exactOptional(),
});
export type AskedMemo = Immutable<z.output<typeof askedMemoSchema>>;

/** A run in a line. */
const runSummarySchema = z.object({
  workflowId: z.string().describe('Names the run.'),
  runId: z.string().describe('The first run id of its continue-as-new chain.'),
  state: z.enum([...RUN_STATES, 'unknown']).describe('State of the run in Temporal.'),
  outcome: z.enum(RUN_OUTCOMES).nullable().describe('Outcome; null while it runs, or if it was terminated.'),
  org: z.string().nullable().describe('The organisation; null until known.'),
  windowFrom: instant.nullable().describe('Start of its window; null until known.'),
  window: windowSchema.nullable().describe('Its window, with its end and its zone; null until known.'),
  series: seriesSchema.nullable(),
  report: reportSchema.nullable().describe('What was asked for; null until known.'),
  findings: findingsSchema.nullable().describe('What it found; null while it has no result.'),
  startedAt: instant.describe('When it was started.'),
  closedAt: instant.nullable().describe('When it ended; null while it runs.'),
});

export const runListSchema = z.object({
  runs: z.array(runSummarySchema.meta({ id: 'RunSummary' })).describe('Newest first.'),
});

/** @typeParam Outcome of another type of workflow it is another */
export interface RunSummary<Outcome = RunOutcome> extends Omit<
  Immutable<z.output<typeof runSummarySchema>>,
  'outcome'
> {
  readonly outcome: Outcome | null;
}

/** A run, with what fits its state: progress while it runs, then a result or an error. */
export const runDescriptionSchema = runSummarySchema
  .extend({
    progress: progressSchema
      .nullable()
      .exactOptional()
      .describe(
        'Progress of an active run; null if no worker answers. At most one of `progress`, `result` and `error` is present.',
      ),
    result: z
      .union([namedResultSchema, redeliverResultSchema])
      .exactOptional()
      .describe('Result of a run that did not fail.'),
    error: runFailureSchema.exactOptional().describe('Why the run failed or was ended.'),
  })
  .meta({ id: 'Run' });
export type RunDescription = Immutable<z.output<typeof runDescriptionSchema>>;
