import { z } from 'zod';
import { ExplainError } from '../../contract/explain-error.js';
import { explanationSchema } from '../../contract/result/explanation.js';
import { orgsSeen } from '../../keys/principal.js';
import { principalOf } from '../access/principal.js';
import { answerLife, answers, json, orgParameter } from '../http/http.js';
import { GatewayProblem, invalidRequest } from '../http/problem.js';
import type { Gateway, GatewayParts } from '../parts.js';

const explainParameters = z.strictObject({
  series: z.string().min(1).max(100).describe('The first digits of a series, at least 4, or the name of its report.'),
  date: z.string().min(1).max(40).describe('A day in the zone of the series, like 2026-10-03.'),
  asOf: z.string().min(1).max(40).exactOptional().describe('A day, which is all of it, or an instant.'),
  org: orgParameter.exactOptional(),
});

/** `GET /explain`. */
export function explainRoute(app: Gateway, { explain }: GatewayParts): void {
  app.route({
    method: 'GET',
    url: '/explain',
    config: { scope: 'runs:read' },
    schema: {
      operationId: 'explainDay',
      summary: 'Which revision of a day counted at a time, and what changed since and why',
      querystring: explainParameters,
      response: answers({ 200: json('The day at every destination of the series.', explanationSchema) }, [
        'SeriesNotFound',
        'WindowNotFound',
        'RecordsUnavailable',
        'DatasetUnavailable',
      ]),
    },
    handler: async (request, reply) => {
      const { org, ...asked } = request.query;
      const orgs = orgsSeen(principalOf(request), org);
      try {
        return await explain({ ...asked, ...(orgs && { orgs }) }, answerLife(reply, {}));
      } catch (error) {
        throw error instanceof ExplainError ? problemOf(error) : error;
      }
    },
  });
}

function problemOf({ kind, message, parameter }: ExplainError): GatewayProblem {
  if (kind === 'InvalidDate') return invalidRequest([{ path: `querystring.${parameter}`, message }]);
  return new GatewayProblem(kind === 'SeriesNotFound' ? 'SeriesNotFound' : 'WindowNotFound', message);
}
