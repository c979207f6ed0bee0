import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { JourneyMetricsError, type RunHandle } from '../../client.js';
import { aggregateRequestSchema, querySchema } from '../../contract/request/request-schema.js';
import type { AggregateResult } from '../../contract/result/result.js';
import { answerLife } from '../http/answer-life.js';
import { answers, json } from '../http/answers.js';
import type { Gateway, GatewayParts } from '../parts.js';
import { resultUnlessAborted } from '../runs/await-run.js';
import { waitPreference } from '../http/prefer.js';
import { principalOf } from '../access/principal.js';
import { problemOfRun } from '../http/problem-of.js';
import { GatewayProblem } from '../http/problem.js';
import { acceptRun, runAddress } from '../runs/run-address.js';
import { finishedSchema, startedSchema } from '../schemas/schemas.js';
import { startOnce } from '../runs/start-once.js';

/** Only says what there may be: the client itself checks it. It knows the flat form, and lists all problems at once. */
export const requestBody = z
  .union([aggregateRequestSchema, querySchema])
  .meta({ description: 'A request, or its `query` alone with `dateFrom` and `dateTo`: then the rest are defaults.' });

const headersSchema = z.object({
  prefer: z
    .string()
    .optional()
    .meta({
      description: 'RFC 7240. `wait=N`: hold the answer back for up to N seconds, 60 at most, until the run has ended.',
      examples: ['wait=30'],
    }),
  'idempotency-key': z
    .string()
    .regex(/^[\x21-\x7e]{1,255}$/, 'must be 1 to 255 visible ASCII characters')
    .optional()
    .describe('Chosen by the caller. The same key with the same body is the same run, for 30 days.'),
});

const documentation = {
  operationId: 'aggregate',
  summary: 'Start a run, or attach to the one that this very request has',
  description:
    'The same request is the same run, under way or answered; a failed one is run anew. With an `Idempotency-Key` the ' +
    'run stays the one that the key was first used for, also when it has failed.',
  body: requestBody,
  headers: headersSchema,
  response: answers(
    {
      200: json('The run has ended while the answer was held back.', finishedSchema),
      202: json('The run goes on.', startedSchema),
    },
    [
      'RequestTooLarge',
      'UnsupportedMediaType',
      'RunNotFound',
      'IdempotencyKeyReused',
      'RunFailed',
      'Undelivered',
      'TemporalUnavailable',
      'RecordsUnavailable',
    ],
  ),
};

/** `POST /aggregate`. */
export function aggregateRoute(app: Gateway, parts: GatewayParts): void {
  app.route({
    method: 'POST',
    url: '/aggregate',
    config: { scope: 'runs:start' },
    schema: documentation,
    handler: async (request, reply) => {
      const principal = principalOf(request);
      const { prefer, 'idempotency-key': key } = request.headers;
      const { run, runId } = await startOnce(parts, { principal, key, body: request.body });
      const { workflowId } = run;
      const seconds = waitPreference(prefer);
      if (seconds === undefined) return acceptRun(reply, { workflowId, runId });
      const life = answerLife(reply, { stopping: parts.stopping, ms: seconds * 1_000 });
      // The run is there: a preference that cannot be met is no reason for an error.
      if (!parts.places.take(principal.id, life)) return acceptRun(reply, { workflowId, runId });
      void reply.header('preference-applied', `wait=${seconds}`);
      const result = await resultOf(run, life);
      return result === undefined ? acceptRun(reply, { workflowId, runId }) : sendResult(reply, result);
    },
  });
}

function sendResult(reply: FastifyReply, result: AggregateResult): FastifyReply {
  const { workflowId, outcome, latencyMs, rows, delivery } = result;
  if (outcome === 'undelivered') {
    const because = delivery.lastFailure ?? 'the receiver does not take it';
    const detail = `the result is there, and its delivery was given up: ${because}`;
    throw new GatewayProblem('Undelivered', detail, { workflowId }, { 'content-location': runAddress(workflowId) });
  }
  return reply.send({ status: 'success', latency: latencyMs, rows: rows.delivered, result });
}

async function resultOf(run: RunHandle, signal: AbortSignal): Promise<AggregateResult | undefined> {
  try {
    return await resultUnlessAborted(run, signal);
  } catch (error) {
    throw error instanceof JourneyMetricsError ? problemOfRun(run.workflowId, error) : error;
  }
}
