import { z } from 'zod';
import { describeCoverage, listedBounds } from '../../calendar/covered/describe-coverage.js';
import { WindowError } from '../../calendar/windows.js';
import { coverageSchema, type SeriesCoverage } from '../../contract/result/coverage.js';
import { orgsSeen } from '../../keys/principal.js';
import { principalOf } from '../access/principal.js';
import { answerLife, answers, json, orgParameter } from '../http/http.js';
import { invalidRequest } from '../http/problem.js';
import type { Gateway, GatewayParts } from '../parts.js';

const date = z.string().min(1).max(40);

const coverageParameters = z.strictObject({
  org: orgParameter.exactOptional(),
  series: z.string().max(16).exactOptional().describe('Only this series.'),
  source: z.string().max(100).exactOptional().describe('Only series of this source.'),
  destination: z.string().max(100).exactOptional().describe('Only series at this destination.'),
  from: date.exactOptional().describe('Only time after this day in the zone of each series, or instant.'),
  to: date.exactOptional().describe('Only time before this day or instant.'),
});

/** `GET /windows`. */
export function windowsRoute(app: Gateway, { coverage, now, lateAfterMs }: GatewayParts): void {
  app.route({
    method: 'GET',
    url: '/windows',
    config: { scope: 'runs:read' },
    schema: {
      operationId: 'listWindows',
      summary: 'Which time each series has: delivered, corrected, late, missing',
      querystring: coverageParameters,
      response: answers({ 200: json('Series of the organisations that the key allows.', coverageSchema) }, [
        'RecordsUnavailable',
      ]),
    },
    handler: async (request, reply) => {
      const { org, from, to, ...filter } = request.query;
      const orgs = orgsSeen(principalOf(request), org);
      const asked = { ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
      const listed = listedBounds(asked);
      const series = await coverage.read({ ...filter, listed, ...(orgs && { orgs }) }, answerLife(reply, {}));
      return { coverage: coverageOf(series, { ...asked, nowMs: now(), graceMs: lateAfterMs }) };
    },
  });
}

/** A date that cannot be read is the caller's. */
export function coverageOf(...asked: Parameters<typeof describeCoverage>): readonly SeriesCoverage[] {
  try {
    return describeCoverage(...asked);
  } catch (error) {
    if (error instanceof WindowError) throw invalidRequest([{ path: error.path, message: error.message }]);
    throw error;
  }
}
