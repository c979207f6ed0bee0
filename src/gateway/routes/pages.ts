import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { maySee } from '../../keys/principal.js';
import { principalOf } from '../access/principal.js';
import { answerLife, answers, runParameters, type Answer } from '../http/http.js';
import { GatewayProblem } from '../http/problem.js';
import type { Gateway, GatewayParts } from '../parts.js';
import { findRun } from '../runs/run.js';

const page = z.string().describe('An HTML page.');
export const asPage = (description: string): Record<200, Answer> => ({
  200: { description, content: { 'text/html': { schema: page } } },
});

/** `GET /runs/{id}/report`: for people. */
export function reportPage(app: Gateway, parts: GatewayParts): void {
  const { client, pages } = parts;
  app.route({
    method: 'GET',
    url: '/runs/:workflowId/report',
    config: { scope: 'runs:read' },
    schema: {
      operationId: 'reportRun',
      summary: 'A report of a run: its figures, their quality and its history',
      description: 'Of a run that Temporal no longer keeps the page of its window is shown.',
      params: runParameters,
      response: answers({ ...asPage('The report.'), 303: z.null().describe('To the page of its window.') }, [
        'RunNotFound',
        'RecordsUnavailable',
        'TemporalUnavailable',
      ]),
    },
    handler: async (request, reply) => {
      const { workflowId } = request.params;
      const principal = principalOf(request);
      try {
        const { run } = await findRun(client, principal, workflowId);
        return await sendPage(reply, await pages.report(run, answerLife(reply, {})));
      } catch (error) {
        if (!(error instanceof GatewayProblem) || error.type !== 'RunNotFound') throw error;
        const record = await parts.runPages.find(workflowId, answerLife(reply, {}));
        if (record === null || !maySee(principal, record.org)) throw error;
        return reply.redirect(`/windows/${record.deliveryId}`, 303);
      }
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
