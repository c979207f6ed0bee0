import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { JourneyMetricsError, type RunHandle } from '../../client.js';
import { aggregateRequestSchema, querySchema } from '../../contract/request/request-schema.js';
import type { AggregateResult } from '../../contract/result/result.js';
import { answerLife, answers, json, waitPreference } from '../http/http.js';
import type { Gateway, GatewayParts } from '../parts.js';
import { resultUnlessAborted, acceptRun, runAddress } from '../runs/run.js';
import { principalOf } from '../access/principal.js';
import { problemOfRun } from '../http/problem-of.js';
import { GatewayProblem } from '../http/problem.js';
import { finishedSchema, startedSchema } from '../schemas/schemas.js';
import { startOnce } from '../runs/start-once.js';

/** Only says what there may be: the client itself checks it. It knows the flat form, and lists all problems at once. */
export const requestBody = z.union([aggregateRequestSchema, querySchema]).meta({
  description: 'A request, or only its `query` with `dateFrom` and `dateTo`; everything else then has its default.',
});

const headersSchema = z.object({
  prefer: z
    .string()
    .optional()
    .meta({
      description: 'RFC 7240. `wait=N`: wait up to N seconds (60 at most) for the run to end.',
      examples: ['wait=30'],
    }),
  'idempotency-key': z
    .string()
    .regex(/^[\x21-\x7e]{1,255}$/, 'must be 1 to 255 visible ASCII characters')
    .optional()
    .describe('A key that you choose. For 30 days, the same key with the same body is the same run.'),
});

const documentation = {
  operationId: 'aggregate',
  summary: 'Start a run, or attach to the run of the same request',
  description:
    'The same request is the same run, active or ended; a failed run starts again. With an `Idempotency-Key`, the ' +
    'run stays the first one of that key, even if it failed.',
  body: requestBody,
  headers: headersSchema,
  response: answers(
    {
      200: json('The run ended within the wait.', finishedSchema),
      202: json('The run continues.', startedSchema),
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
      const { run, runId, stored } = await startOnce(parts, { principal, key, body: request.body });
      const { workflowId } = run;
      const seconds = waitPreference(prefer);
      if (seconds === undefined) return acceptRun(reply, { workflowId, runId });
      const life = answerLife(reply, { stopping: parts.stopping, ms: seconds * 1_000 });
      // The run is there: a preference that cannot be met is no reason for an error.
      if (!parts.places.take(principal.id, life)) return acceptRun(reply, { workflowId, runId });
      void reply.header('preference-applied', `wait=${seconds}`);
      const result = await awaitResult(run, life);
      return result === undefined ? acceptRun(reply, { workflowId, runId }) : sendResult(reply, result, stored);
    },
  });
}

function sendResult(reply: FastifyReply, result: AggregateResult, stored: boolean): FastifyReply {
  const { workflowId, outcome, latencyMs, rows, delivery } = result;
  if (outcome === 'undelivered') {
    const because = delivery.lastFailure ?? 'the receiver does not accept the delivery';
    const detail = `the result is available, but its delivery failed: ${because}`;
    throw new GatewayProblem('Undelivered', detail, { workflowId }, { 'content-location': runAddress(workflowId) });
  }
  return reply.send({ status: 'success', latency: latencyMs, rows: rows.delivered, stored, result });
}

async function awaitResult(run: RunHandle, signal: AbortSignal): Promise<AggregateResult | undefined> {
  try {
    return await resultUnlessAborted(run, signal);
  } catch (error) {
    throw error instanceof JourneyMetricsError ? problemOfRun(run.workflowId, error) : error;
  }
}
