/**
 * What the gateway takes and answers with, once: types are held against these, parameters checked by them, the OpenAPI
 * document made of them. Answers are not checked as they are sent: a test does that, and not at a caller's expense.
 */
import { z } from 'zod';
import type { Progress, RunSummary } from '../../client.js';
import type { AggregateResult, RedeliverResult } from '../../contract/result/result.js';
import { aggregateResultSchema, redeliverResultSchema } from '../../contract/result/result-schema.js';
import { PROBLEMS, type Problem } from '../http/problem.js';
import type { RunDocument } from '../runs/run-document.js';

const instant = z.string().meta({ examples: ['2026-11-01T00:00:00.000Z'] });
const count = z.int().min(0);

export const RUN_STATES = ['running', 'completed', 'failed', 'cancelled', 'terminated', 'timed-out'] as const;
const OUTCOMES = ['completed', 'unchanged', 'undelivered', 'failed', 'cancelled', 'terminated', 'timed-out'] as const;
const PHASES = [
  'planning',
  'settling',
  'authorising',
  'submitting',
  'waiting',
  'fetching',
  'transforming',
  'delivering',
  'auditing',
  'finished',
] as const;

const failureSchema = z.object({
  type: z.string().meta({ description: 'The failure type.', examples: ['QueryRejected'] }),
  message: z.string().describe('One sentence.'),
  details: z.array(z.unknown()).readonly().describe('Plain JSON; empty for most types.'),
});

export const problemSchema: z.ZodType<Problem> = z
  .object({
    type: z
      .enum(Object.keys(PROBLEMS).map((type) => `urn:journey-metrics:problem:${type}`))
      .describe('The kind of the problem.'),
    title: z.string().describe('The kind, for people.'),
    status: z.int().min(400).max(599).describe('The HTTP status.'),
    detail: z.string().describe('What is wrong with this request, and what to do.'),
    instance: z.string().describe('Id of this answer, also in the log of the gateway.'),
    problems: z
      .array(
        z.object({
          path: z.string().describe('Dotted path into the body; parameters begin with `querystring` or `headers`.'),
          message: z.string().describe('What to do.'),
        }),
      )
      .exactOptional()
      .describe('Every error of an invalid request.'),
    workflowId: z.string().exactOptional().describe('The run concerned.'),
    failure: failureSchema.exactOptional().describe('Why the run failed.'),
  })
  .meta({ id: 'Problem', description: 'RFC 9457.' });

export const startedSchema = z
  .object({
    workflowId: z.string().describe('Names the run: /runs/{workflowId}.'),
    runId: z.string().describe('The first run id of its continue-as-new chain.'),
  })
  .meta({ id: 'StartedRun', description: 'A new run, or the existing run of this request.' });

const resultSchema: z.ZodType<AggregateResult> = aggregateResultSchema.meta({ id: 'Result' });
const redeliveredSchema: z.ZodType<RedeliverResult> = redeliverResultSchema.meta({ id: 'RedeliveryResult' });

/** The seed's answer, and the result. */
export const finishedSchema = z
  .object({
    status: z.literal('success').describe('Delivered, or found unchanged.'),
    latency: count.describe('Milliseconds from the start of the run to the end of the delivery.'),
    rows: count.describe('Rows in the payload.'),
    result: resultSchema,
  })
  .meta({ id: 'FinishedRun' });

const summaryShape = {
  workflowId: z.string().describe('Names the run.'),
  runId: z.string().describe('The first run id of its continue-as-new chain.'),
  state: z.enum([...RUN_STATES, 'unknown']).describe('State of the run in Temporal.'),
  outcome: z.enum(OUTCOMES).nullable().describe('Outcome; null while it runs, or if it was terminated.'),
  org: z.string().nullable().describe('The organisation; null until known.'),
  windowFrom: instant.nullable().describe('Start of its window; null until known.'),
  startedAt: instant.describe('When it was started.'),
  closedAt: instant.nullable().describe('When it ended; null while it runs.'),
};

const summarySchema: z.ZodType<RunSummary> = z.object(summaryShape).meta({ id: 'RunSummary' });

export const runListSchema = z.object({ runs: z.array(summarySchema).readonly().describe('Newest first.') });

const progressSchema: z.ZodType<Progress> = z
  .object({
    phase: z.enum(PHASES).describe('The current step.'),
    polls: count.describe('Polls so far.'),
    nextAt: instant.exactOptional().describe('End of the current wait.'),
    waitingFor: z.string().exactOptional().describe('Reason for the wait.'),
    pages: count.describe('Pages fetched.'),
    rows: count.describe('Rows fetched.'),
    deliveryAttempts: count.describe('Delivery attempts with an answer.'),
    partsDelivered: count.describe('Parts acknowledged.'),
    parts: count.describe('Total number of parts.'),
    outcome: z.enum(['completed', 'unchanged', 'undelivered']).exactOptional().describe('How it ended.'),
  })
  .meta({ id: 'Progress' });

export const runSchema: z.ZodType<RunDocument> = z
  .object({
    ...summaryShape,
    progress: progressSchema
      .nullable()
      .exactOptional()
      .describe(
        'Progress of an active run; null if no worker answers. At most one of `progress`, `result` and `error` is present.',
      ),
    result: z.union([resultSchema, redeliveredSchema]).exactOptional().describe('Result of a run that did not fail.'),
    error: failureSchema.exactOptional().describe('Why the run failed or was ended.'),
  })
  .meta({ id: 'Run' });
