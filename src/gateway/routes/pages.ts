import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { readNamedWindow } from '../../calendar/named-window.js';
import { runTitle } from '../../text/run-title.js';
import type { RunSummary } from '../../client.js';
import type { Progress } from '../../contract/result/progress.js';
import type { RunsData } from '../../report/render-runs.js';
import { answerLife, answers, runParameters, type Answer } from '../http/http.js';
import type { Gateway, GatewayParts } from '../parts.js';
import { findRun, runAddress } from '../runs/run.js';
import { orgsSeen } from '../../keys/principal.js';
import { principalOf } from '../access/principal.js';
import { RUN_WORDS } from '../../contract/closed-sets.js';

/** Runs that a page lists, and those that are searched through for them. */
const LISTED_MOST = 100;
const SEARCHED_MOST = 1_000;
/** Runs under way that are asked how far they are, and how long they may take to say so. */
const ASKED_MOST = 20;
const ASKED_MS = 2_000;

/** As a form sends it: a field that was left empty is there, too. */
const searchSchema = z.strictObject({
  text: z
    .string()
    .max(200)
    .exactOptional()
    .describe('Part of a name, an id or an organisation, or a day, month or range that the window has a part of.'),
  state: z
    .union([z.enum(RUN_WORDS), z.literal('')])
    .exactOptional()
    .describe('Only these.'),
});

const page = z.string().describe('An HTML page without script.');
export const asPage = (description: string): Record<200, Answer> => ({
  200: { description, content: { 'text/html': { schema: page } } },
});

/** `GET /runs-page` and `GET /runs/{id}/report`: for people. */
export function pageRoutes(app: Gateway, parts: GatewayParts): void {
  const { client, pages } = parts;
  app.route({
    method: 'GET',
    url: '/runs-page',
    config: { scope: 'runs:read' },
    schema: {
      operationId: 'runsPage',
      summary: 'A page that lists runs',
      querystring: searchSchema,
      response: answers(asPage('The runs that the key allows.'), ['TemporalUnavailable']),
    },
    handler: async (request, reply) => {
      const { text = '', state = '' } = request.query;
      const orgs = orgsSeen(principalOf(request));
      const filter = { limit: SEARCHED_MOST, ...(state !== '' && { outcome: state }), ...(orgs && { orgs }) };
      const found = await client.list(filter);
      const named = readNamedWindow(text.trim());
      const ofWindow = typeof named === 'object' ? await client.list({ ...filter, window: named }) : [];
      const matching = together(
        ofWindow,
        found.filter((run) => matches(run, text.trim())),
      );
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
      summary: 'A report of a run: its figures, their quality and its history',
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

export function sendPage(reply: FastifyReply, html: string): FastifyReply {
  return reply.headers(HEADERS).type('text/html; charset=utf-8').serializer(String).send(html);
}

function matches(run: RunSummary, text: string): boolean {
  const { workflowId, org, series, window } = run;
  const wanted = text.toLowerCase();
  const fields = [workflowId, org ?? '', series ?? '', window?.label ?? '', runTitle(run)];
  return fields.some((field) => field.toLowerCase().includes(wanted));
}

/** Runs of both lists, each once, newest first. */
function together(...lists: readonly (readonly RunSummary[])[]): readonly RunSummary[] {
  const runs = new Map(lists.flat().map((run) => [`${run.workflowId} ${run.runId}`, run]));
  return [...runs.values()].sort((one, other) => Date.parse(other.startedAt) - Date.parse(one.startedAt));
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
