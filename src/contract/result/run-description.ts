/** What there is to say of a run: what the client answers, `runs show --json` prints and `/runs/{id}` sends. */
import { z } from 'zod';
import { RUN_OUTCOMES, RUN_STATES, type RunOutcome } from '../closed-sets.js';
import type { Immutable } from '../immutable.js';
import { progressSchema } from './progress.js';
import { aggregateResultSchema, redeliverResultSchema } from './result.js';

const instant = z.string().meta({ examples: ['2026-11-01T00:00:00.000Z'] });

/** Under its name in the OpenAPI document: a published schema of its own must have none, or it would refer to itself. */
export const namedResultSchema = aggregateResultSchema.meta({ id: 'Result' });

/** Why a run failed, or was ended. */
export const runFailureSchema = z.object({
  type: z.string().meta({ description: 'The failure type.', examples: ['QueryRejected'] }),
  message: z.string().describe('One sentence.'),
  details: z.array(z.unknown()).describe('Plain JSON; empty for most.'),
});
export type RunFailure = Immutable<z.output<typeof runFailureSchema>>;

/** A run in a line. */
export const runSummarySchema = z.object({
  workflowId: z.string().describe('Names the run.'),
  runId: z.string().describe('The first run id of its chain.'),
  state: z.enum([...RUN_STATES, 'unknown']).describe('As Temporal has it.'),
  outcome: z
    .enum(RUN_OUTCOMES)
    .nullable()
    .describe('How it ended; null while it runs, or where it was ended from outside.'),
  org: z.string().nullable().describe('The organisation; null until it is known.'),
  windowFrom: instant.nullable().describe('Where its window begins; null until it is known.'),
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
      .describe('Of a run under way; null when no worker answers. Of the other three one at most is there.'),
    result: z.union([namedResultSchema, redeliverResultSchema]).exactOptional().describe('Of a run that did not fail.'),
    error: runFailureSchema.exactOptional().describe('Why it failed, or was ended.'),
  })
  .meta({ id: 'Run' });
export type RunDescription = Immutable<z.output<typeof runDescriptionSchema>>;
