import { Readable } from 'node:stream';
import { z } from 'zod';
import type { RunHandle, RunSummary } from '../../client.js';
import type { BlobRef } from '../../contract/result/blob-ref.js';
import type { AggregateResult, RedeliverResult } from '../../contract/result/result.js';
import { answerLife } from '../http/answer-life.js';
import { answers } from '../http/answers.js';
import type { Gateway, GatewayParts } from '../parts.js';
import { findRun } from '../runs/find-run.js';
import { runParameters } from '../http/parameters.js';
import { ROW_CHOICES, ROW_FORMATS } from '../../contract/row-choice.js';
import { principalOf } from '../access/principal.js';
import { GatewayProblem } from '../http/problem.js';

const choiceSchema = z.strictObject({
  format: z.enum(ROW_FORMATS).default('ndjson').describe('A line of JSON a row, or CSV with a header (RFC 4180).'),
  rows: z
    .enum(ROW_CHOICES)
    .default('kept')
    .describe('What is left after outliers, what is in the payload, or all that the source returned.'),
});

const MEDIA_TYPES = {
  ndjson: 'application/x-ndjson',
  csv: 'text/csv; charset=utf-8; header=present',
} as const;

const text = z.string().describe('The rows as the source sent them, in its order. Cut off where they cannot be read.');

/** `GET /runs/{id}/rows`: streamed, as fast as it is read. */
export function rowsRoute(app: Gateway, { client, rows, places }: GatewayParts): void {
  app.route({
    method: 'GET',
    url: '/runs/:workflowId/rows',
    exposeHeadRoute: false,
    config: { scope: 'rows:read' },
    schema: {
      operationId: 'readRows',
      summary: 'The rows of a run that has ended',
      params: runParameters,
      querystring: choiceSchema,
      response: answers(
        {
          200: {
            description: 'The rows.',
            content: { 'application/x-ndjson': { schema: text }, 'text/csv': { schema: text } },
          },
        },
        ['RunNotFound', 'RunStillRunning', 'RunHasNoRows', 'RowsExpired', 'TemporalUnavailable', 'DatasetUnavailable'],
      ),
    },
    handler: async (request, reply) => {
      const principal = principalOf(request);
      const { run, summary } = await findRun(client, principal, request.params.workflowId);
      const life = answerLife(reply, {});
      places.require(principal.id, life);
      const chunks = await rows.read(await datasetOf(run, summary, life), request.query, life);
      const { format } = request.query;
      const name = `${summary.workflowId.replaceAll(/[^\w.-]/g, '_')}.${format}`;
      void reply.type(MEDIA_TYPES[format]).header('content-disposition', `attachment; filename="${name}"`);
      return reply.send(Readable.from(chunks, { objectMode: false }));
    },
  });
}

async function datasetOf(run: RunHandle, { workflowId, state }: RunSummary, signal: AbortSignal): Promise<BlobRef> {
  if (state === 'running') {
    throw new GatewayProblem('RunStillRunning', 'its rows are there when it has ended', { workflowId });
  }
  if (state !== 'completed') {
    throw new GatewayProblem('RunHasNoRows', `it ended as ${state}, without a result`, { workflowId });
  }
  // Of whichever kind the run was.
  const result: AggregateResult | RedeliverResult = await run.result({ signal });
  if ('dataset' in result) return result.dataset;
  throw new GatewayProblem('RunHasNoRows', 'its result does not say where its rows are', { workflowId });
}
