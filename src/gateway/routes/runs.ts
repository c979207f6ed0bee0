import { z } from 'zod';
import { answerLife, answers, json, orgParameter, runParameters } from '../http/http.js';
import type { Gateway, GatewayParts } from '../parts.js';
import { findRun, tellRun, acceptRun } from '../runs/run.js';
import { orgsSeen } from '../../keys/principal.js';
import { principalOf } from '../access/principal.js';
import { readNamedWindow } from '../../calendar/named-window.js';
import { RUN_STATES, RUN_WORDS } from '../../contract/closed-sets.js';
import { runListSchema, runDescriptionSchema } from '../../contract/result/run-description.js';
import { startedSchema } from '../schemas/schemas.js';

const LISTED_MOST = 1_000;

const listParameters = z.strictObject({
  limit: z.coerce.number().int().min(1).max(LISTED_MOST).default(50).describe('Maximum number to list.'),
  state: z.enum(RUN_STATES).exactOptional().describe('Only these.'),
  outcome: z.enum(RUN_WORDS).exactOptional().describe('Only those that ended like this, or are running.'),
  org: orgParameter.exactOptional(),
  series: z.string().max(16).exactOptional().describe('Only runs of this series.'),
  window: z
    .string()
    .max(100)
    .transform((text, context) => {
      const named = readNamedWindow(text);
      if (typeof named === 'object') return named;
      const message = 'must be a day, a month or a range, like 2026-11-01, 2026-11 or 2026-11-01..2026-11-07';
      context.addIssue({ code: 'custom', message });
      return z.NEVER;
    })
    .exactOptional()
    .describe('Only runs whose window has a part of this day, month or range, in the zone of each window.'),
});

/** `GET /runs`, `GET /runs/{id}`, and what can be done to a run. */
export function runRoutes(app: Gateway, parts: GatewayParts): void {
  listRoute(app, parts);
  showRoute(app, parts);
  actRoute(app, parts, 'cancel', 'Cancel a run: it writes its audit entry, and then ends');
  actRoute(app, parts, 'poll-now', 'Poll the source now, without waiting for the next poll');
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
      response: answers({ 200: json('The runs that the key allows.', runListSchema) }, ['TemporalUnavailable']),
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
      summary: 'A run: its progress, its result or its failure',
      params: runParameters,
      response: answers({ 200: json('The run.', runDescriptionSchema) }, ['RunNotFound', 'TemporalUnavailable']),
    },
    handler: async (request, reply) => {
      // Whose it is comes first: how long the rest takes says something of the run.
      const { run } = await findRun(client, principalOf(request), request.params.workflowId);
      return run.describe({ signal: answerLife(reply, {}) });
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
      response: answers({ 202: json('The run received the request.', startedSchema) }, [
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
    all: z.boolean().exactOptional().describe('Send every part again, including acknowledged ones.'),
    revision: z.int().min(1).max(1_000_000).exactOptional().describe('The revision to send. Default: the latest.'),
  })
  .nullish();

function redeliverRoute(app: Gateway, { client }: GatewayParts): void {
  app.route({
    method: 'POST',
    url: '/runs/:workflowId/redeliver',
    config: { scope: 'runs:control' },
    schema: {
      operationId: 'redeliverRun',
      summary: 'Send the delivery of a run again, with the same ids',
      description: 'A new run does this; the answer names it.',
      params: runParameters,
      body: redeliverBody,
      response: answers({ 202: json('The redelivery has started.', startedSchema) }, [
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
      const what = { workflowId, ...(org !== null && { org }), ...request.body };
      return acceptRun(reply, await client.startRedelivery(what, options));
    },
  });
}
