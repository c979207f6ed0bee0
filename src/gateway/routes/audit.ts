import { z } from 'zod';
import { answerLife, answers, json, orgParameter } from '../http/http.js';
import type { Gateway, GatewayParts } from '../parts.js';
import { auditPageSchema } from '../schemas/schemas.js';
import { orgsSeen } from '../../keys/principal.js';
import { principalOf } from '../access/principal.js';

const PAGE_MOST = 1_000;

/** What Postgres and JavaScript both take for an instant. */
const [FIRST, LAST] = [0, Date.UTC(9999, 11, 31)];

const parameters = z.strictObject({
  limit: z.coerce.number().int().min(1).max(PAGE_MOST).default(50).describe('Maximum number to list.'),
  before: z.coerce
    .number()
    .int()
    .min(1)
    .max(Number.MAX_SAFE_INTEGER)
    .exactOptional()
    .describe('Only entries with a lower number.'),
  since: z.iso
    .datetime({ offset: true })
    .refine((text) => Date.parse(text) >= FIRST && Date.parse(text) < LAST, 'must be from 1970 to 9999')
    .exactOptional()
    .describe('Only runs that ended at this instant or later.'),
  org: orgParameter.exactOptional(),
  workflowId: z.string().min(1).max(1_000).exactOptional().describe('Only entries of this run.'),
  series: z.string().max(16).exactOptional().describe('Only entries of this series.'),
});

type AuditParameters = z.output<typeof parameters>;

/** `GET /audit`. */
export function auditRoute(app: Gateway, { audit }: GatewayParts): void {
  app.route({
    method: 'GET',
    url: '/audit',
    config: { scope: 'audit:read' },
    schema: {
      operationId: 'readAudit',
      summary: 'The audit trail, newest first',
      querystring: parameters,
      response: answers({ 200: json('Entries of the organisations that the key allows.', auditPageSchema) }, [
        'RecordsUnavailable',
      ]),
    },
    handler: async (request, reply) => {
      const { org, since, ...query } = request.query;
      const orgs = orgsSeen(principalOf(request), org);
      const from = since === undefined ? {} : { since: new Date(since).toISOString() };
      const entries = await audit.list({ ...query, ...from, ...(orgs && { orgs }) }, answerLife(reply, {}));
      const last = entries.at(-1);
      return { entries, next: last && entries.length === query.limit ? nextPage(request.query, last.seq) : null };
    },
  });
}

function nextPage(query: AuditParameters, before: number): string {
  const parameters = Object.entries({ ...query, before }).map(([name, value]) => [name, String(value)] as const);
  return `/audit?${new URLSearchParams(Object.fromEntries(parameters)).toString()}`;
}
