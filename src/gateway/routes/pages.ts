import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import type { RunSummary } from '../../client.js';
import type { Progress } from '../../contract/result/progress.js';
import type { RunsData } from '../../report/render-runs.js';
import { answerLife } from '../http/answer-life.js';
import { answers } from '../http/answers.js';
import type { Gateway, GatewayParts } from '../parts.js';
import { findRun } from '../runs/find-run.js';
import { runParameters } from '../http/parameters.js';
import { orgsSeen } from '../../keys/principal.js';
import { principalOf } from '../access/principal.js';
import { runAddress } from '../runs/run-address.js';
import { RUN_STATES } from '../schemas/schemas.js';

/** Runs that a page lists, and those that are searched through for them. */
const LISTED_MOST = 100;
const SEARCHED_MOST = 1_000;
/** Runs under way that are asked how far they are, and how long they may take to say so. */
const ASKED_MOST = 20;
const ASKED_MS = 2_000;

/** As a form sends it: a field that was left empty is there, too. */
const searchSchema = z.strictObject({
  text: z.string().max(200).exactOptional().describe('Part of an id, an organisation or a day.'),
  state: z
    .union([z.enum(RUN_STATES), z.literal('')])
    .exactOptional()
    .describe('Only these.'),
});

const page = z.string().describe('A page for a person, without any script.');
const asPage = (description: string) => ({ 200: { description, content: { 'text/html': { schema: page } } } });

/** `GET /` and `GET /runs/{id}/report`: for people. */
export function pageRoutes(app: Gateway, parts: GatewayParts): void {
  const { client, pages } = parts;
  app.route({
    method: 'GET',
    url: '/',
    config: { scope: 'runs:read' },
    schema: {
      operationId: 'runsPage',
      summary: 'A page that lists runs',
      querystring: searchSchema,
      response: answers(asPage('The runs that the key may see.'), ['TemporalUnavailable']),
    },
    handler: async (request, reply) => {
      const { text = '', state = '' } = request.query;
      const orgs = orgsSeen(principalOf(request));
      const found = await client.list({
        limit: SEARCHED_MOST,
        ...(state !== '' && { state }),
        ...(orgs && { orgs }),
      });
      const matching = found.filter((run) => matches(run, text.trim()));
      const search = { ...(text !== '' && { text }), ...(state !== '' && { state }) };
      const data = await listed(parts, matching, search, answerLife(reply, { ms: ASKED_MS }));
      return sendPage(
        reply,
        pages.runs({ ...data, ...(found.length === SEARCHED_MOST && { searched: SEARCHED_MOST }) }),
      );
    },
  });
  app.route({
    method: 'GET',
    url: '/runs/:workflowId/report',
    config: { scope: 'runs:read' },
    schema: {
      operationId: 'reportRun',
      summary: 'A page about a run: its numbers, how good they are and what happened',
      params: runParameters,
      response: answers(asPage('The report.'), ['RunNotFound', 'TemporalUnavailable']),
    },
    handler: async (request, reply) => {
      const { run } = await findRun(client, principalOf(request), request.params.workflowId);
      return sendPage(reply, await pages.report(run, answerLife(reply, {})));
    },
  });
}

/** What a page's own policy cannot say; besides those of every answer. */
const HEADERS = {
  'content-security-policy': "frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
} as const;

function sendPage(reply: FastifyReply, html: string): FastifyReply {
  return reply.headers(HEADERS).type('text/html; charset=utf-8').serializer(String).send(html);
}

function matches({ workflowId, org, windowFrom }: RunSummary, text: string): boolean {
  const wanted = text.toLowerCase();
  return [workflowId, org ?? '', windowFrom ?? ''].some((field) => field.toLowerCase().includes(wanted));
}

async function listed(
  { client, pages, now }: GatewayParts,
  runs: readonly RunSummary[],
  search: RunsData['search'],
  signal: AbortSignal,
): Promise<RunsData> {
  const shown = runs.slice(0, LISTED_MOST);
  const asked = shown.filter(({ state }) => state === 'running').slice(0, ASKED_MOST);
  const answered = asked.map(async ({ workflowId }): Promise<[string, Progress | null]> => [
    workflowId,
    await client
      .run(workflowId)
      .progress({ signal })
      .catch(() => null),
  ]);
  const progress = new Map(await Promise.all(answered));
  return {
    generatedAt: new Date(now()).toISOString(),
    search,
    cut: runs.length > shown.length,
    runs: shown.map((run) => {
      const temporalUrl = pages.runUrl(run.workflowId, run.runId);
      const far = progress.get(run.workflowId);
      return {
        run,
        reportPath: `${runAddress(run.workflowId)}/report`,
        ...(far !== undefined && { progress: far }),
        ...(temporalUrl !== undefined && { temporalUrl }),
      };
    }),
  };
}
