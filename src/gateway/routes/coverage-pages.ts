import { z } from 'zod';
import { dayBounds } from '../../calendar/covered/day-bounds.js';
import { listedBounds } from '../../calendar/covered/describe-coverage.js';
import { maySee, orgsSeen } from '../../keys/principal.js';
import { principalOf } from '../access/principal.js';
import { answerLife, answers } from '../http/http.js';
import { GatewayProblem } from '../http/problem.js';
import type { Gateway, GatewayParts } from '../parts.js';
import { asPage, sendPage } from './pages.js';
import { coverageOf } from './windows.js';

/** As a form sends it: a field that was left empty is there, too. */
const field = (what: string) => z.string().max(100).exactOptional().describe(what);
const day = (what: string) =>
  z
    .union([z.iso.date(), z.literal('')])
    .exactOptional()
    .describe(what);

const searchSchema = z.strictObject({
  org: field('Only for this organisation.'),
  series: field('Only this series.'),
  source: field('Only series of this source.'),
  destination: field('Only at this destination.'),
  from: day('First day. Default: the first day of the month before last.'),
  to: day('The day after the last. Default: tomorrow.'),
});

const windowParameters = z.strictObject({
  deliveryId: z.string().min(1).max(64).describe('The delivery of the window, as `GET /windows` names it.'),
});

/** `GET /` and `GET /windows/{deliveryId}`: which time there is, and what one window became, for people. */
export function coveragePages(app: Gateway, parts: GatewayParts): void {
  const { coverage, pages, now, lateAfterMs } = parts;
  app.route({
    method: 'GET',
    url: '/',
    config: { scope: 'runs:read' },
    schema: {
      operationId: 'coveragePage',
      summary: 'A page that shows which days each series has',
      querystring: searchSchema,
      response: answers(asPage('The series that the key allows.'), ['RecordsUnavailable']),
    },
    handler: async (request, reply) => {
      const given = Object.entries(request.query).filter(([, value]) => value !== '');
      const { org, from, to, ...filter } = Object.fromEntries(given) as typeof request.query;
      const orgs = orgsSeen(principalOf(request), org);
      const range = dayBounds({ ...(from && { from }), ...(to && { to }) }, now());
      const listed = listedBounds(range);
      const found = await coverage.read({ ...filter, listed, ...(orgs && { orgs }) }, answerLife(reply, {}));
      const described = coverageOf(found, { ...range, nowMs: now(), graceMs: lateAfterMs });
      // The name of an organisation that the key does not see is not even repeated.
      const search = { ...filter, ...(org !== undefined && orgs?.length !== 0 && { org }), ...range };
      const generatedAt = new Date(now()).toISOString();
      return sendPage(reply, pages.coverage({ generatedAt, coverage: described, search }));
    },
  });
  app.route({
    method: 'GET',
    url: '/windows/:deliveryId',
    config: { scope: 'runs:read' },
    schema: {
      operationId: 'windowPage',
      summary: 'A page of one window: its revisions, and the reports of the runs that read it',
      params: windowParameters,
      response: answers(asPage('The window.'), ['WindowNotFound', 'RecordsUnavailable']),
    },
    handler: async (request, reply) => {
      const history = await coverage.history(request.params.deliveryId, answerLife(reply, {}));
      if (history === null || !maySee(principalOf(request), history.org)) {
        throw new GatewayProblem('WindowNotFound', `there is no delivery ${request.params.deliveryId}`);
      }
      return sendPage(reply, pages.window({ generatedAt: new Date(now()).toISOString(), history }));
    },
  });
}
