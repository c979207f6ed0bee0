import { z } from 'zod';
import { orgsSeen } from '../../keys/principal.js';
import { principalOf } from '../access/principal.js';
import { answerLife, answers } from '../http/http.js';
import type { Gateway, GatewayParts } from '../parts.js';
import { asPage, sendPage } from '../routes/pages.js';

/** `GET /orgs-page` and `GET /destinations-page`: how each fares, for people. And the script of the pages that are live. */
export function statePages(app: Gateway, parts: GatewayParts): void {
  const { pages, organisations, destinations, now } = parts;
  app.route({
    method: 'GET',
    url: '/orgs-page',
    config: { scope: 'runs:read' },
    schema: {
      operationId: 'orgsPage',
      summary: 'A page that shows the organisations and whether they answer',
      querystring: z.strictObject({}),
      response: answers(asPage('The organisations that the key allows.'), ['RecordsUnavailable']),
    },
    handler: async (request, reply) => {
      const orgs = await organisations.states(orgsSeen(principalOf(request)), answerLife(reply, {}));
      return sendPage(reply, pages.orgs({ generatedAt: new Date(now()).toISOString(), orgs }));
    },
  });
  app.route({
    method: 'GET',
    url: '/destinations-page',
    config: { scope: 'runs:read' },
    schema: {
      operationId: 'destinationsPage',
      summary: 'A page that shows the destinations and what has arrived there',
      querystring: z.strictObject({}),
      response: answers(asPage('The destinations of the organisations that the key allows.'), ['RecordsUnavailable']),
    },
    handler: async (request, reply) => {
      const found = await destinations.states(orgsSeen(principalOf(request)), answerLife(reply, {}));
      return sendPage(reply, pages.destinations({ generatedAt: new Date(now()).toISOString(), destinations: found }));
    },
  });
  liveScript(app, parts);
}

function liveScript(app: Gateway, { pages }: GatewayParts): void {
  app.route({
    method: 'GET',
    url: '/assets/live.js',
    // A browser sends no key with a script, and it says nothing of anybody.
    config: { scope: 'open' },
    schema: {
      operationId: 'liveScript',
      summary: 'The script by which a page keeps itself as it is now',
      security: [],
      response: {
        200: {
          description: 'The script.',
          content: { 'text/javascript': { schema: z.string().describe('JavaScript.') } },
        },
      },
    },
    handler: (_request, reply) => {
      reply.type('text/javascript; charset=utf-8').serializer(String).send(pages.liveScript);
    },
  });
}
