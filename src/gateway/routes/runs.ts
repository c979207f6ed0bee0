import { z } from 'zod';
import { answerLife } from '../http/answer-life.js';
import { answers, json } from '../http/answers.js';
import type { Gateway, GatewayParts } from '../parts.js';
import { findRun, tellRun } from '../runs/find-run.js';
import { orgParameter, runParameters } from '../http/parameters.js';
import { orgsSeen } from '../../keys/principal.js';
import { principalOf } from '../access/principal.js';
import { acceptRun } from '../runs/run-address.js';
import { runDocument } from '../runs/run-document.js';
import { RUN_STATES, runListSchema, runSchema, startedSchema } from '../schemas/schemas.js';

const LISTED_MOST = 1_000;

const listParameters = z.strictObject({
  limit: z.coerce.number().int().min(1).max(LISTED_MOST).default(50).describe('At most so many.'),
  state: z.enum(RUN_STATES).exactOptional().describe('Only these.'),
  org: orgParameter.exactOptional(),
});

/** `GET /runs`, `GET /runs/{id}`, and what can be done to a run. */
export function runRoutes(app: Gateway, parts: GatewayParts): void {
  listRoute(app, parts);
  showRoute(app, parts);
  actRoute(app, parts, 'cancel', 'Ask a run to stop; it audits itself as cancelled, and then ends');
  actRoute(app, parts, 'poll-now', 'End the present wait for the source, and poll at once');
  redeliverRoute(app, parts);
}

function listRoute(app: Gateway, { client }: GatewayParts): void {
  app.route({
    method: 'GET',
    url: '/runs',
    config: { scope: 'runs:read' },
    schema: {
      operationId: 'listRuns',
      summary: 'Runs that Temporal keeps, newest first',
      querystring: listParameters,
      response: answers({ 200: json('Those that the key may see.', runListSchema) }, ['TemporalUnavailable']),
    },
    handler: async (request) => {
      const { org, ...query } = request.query;
      const orgs = orgsSeen(principalOf(request), org);
      if (orgs?.length === 0) return { runs: [] };
      return { runs: await client.list({ ...query, ...(orgs && { orgs }) }) };
    },
  });
}

function showRoute(app: Gateway, { client }: GatewayParts): void {
  app.route({
    method: 'GET',
    url: '/runs/:workflowId',
    config: { scope: 'runs:read' },
    schema: {
      operationId: 'showRun',
      summary: 'A run: its progress, its result or why it failed',
      params: runParameters,
      response: answers({ 200: json('The run.', runSchema) }, ['RunNotFound', 'TemporalUnavailable']),
    },
    handler: async (request, reply) => {
      const { run, summary } = await findRun(client, principalOf(request), request.params.workflowId);
      return runDocument(run, summary, answerLife(reply, {}));
    },
  });
}

const DO = { cancel: 'cancel', 'poll-now': 'pollNow' } as const;

function actRoute(app: Gateway, { client }: GatewayParts, act: keyof typeof DO, summary: string): void {
  app.route({
    method: 'POST',
    url: `/runs/:workflowId/${act}`,
    config: { scope: 'runs:control' },
    schema: {
      operationId: `${DO[act]}Run`,
      summary,
      params: runParameters,
      response: answers({ 202: json('The run was told.', startedSchema) }, [
        'RunNotFound',
        'RunHasEnded',
        'RequestTooLarge',
        'UnsupportedMediaType',
        'TemporalUnavailable',
      ]),
    },
    handler: async (request, reply) => {
      const found = await findRun(client, principalOf(request), request.params.workflowId);
      await tellRun(found, DO[act]);
      return acceptRun(reply, found.summary);
    },
  });
}

const redeliverBody = z
  .strictObject({
    all: z.boolean().exactOptional().describe('Every part again, also those that were acknowledged.'),
    revision: z.int().min(1).max(1_000_000).exactOptional().describe('The latest unless given.'),
  })
  .nullish();

function redeliverRoute(app: Gateway, { client }: GatewayParts): void {
  app.route({
    method: 'POST',
    url: '/runs/:workflowId/redeliver',
    config: { scope: 'runs:control' },
    schema: {
      operationId: 'redeliverRun',
      summary: 'Deliver what a run made once more, under the same ids',
      description: 'A run of its own does it: the answer says which.',
      params: runParameters,
      body: redeliverBody,
      response: answers({ 202: json('The redelivery is under way.', startedSchema) }, [
        'RunNotFound',
        'RequestTooLarge',
        'UnsupportedMediaType',
        'TemporalUnavailable',
      ]),
    },
    handler: async (request, reply) => {
      const principal = principalOf(request);
      const { summary } = await findRun(client, principal, request.params.workflowId);
      const { workflowId, org } = summary;
      const options = { requester: principal.id, ...(org !== null && { org }) };
      return acceptRun(reply, await client.startRedelivery({ workflowId, ...request.body }, options));
    },
  });
}
