import { z } from 'zod';
import { organisationSchema } from '../../contract/result/organisation.js';
import { orgsSeen } from '../../keys/principal.js';
import { principalOf } from '../access/principal.js';
import { answerLife, answers, json, orgParameter } from '../http/http.js';
import type { Gateway, GatewayParts } from '../parts.js';

const organisationsSchema = z.object({ orgs: z.array(organisationSchema).readonly() });

/** `GET /orgs`. */
export function orgsRoute(app: Gateway, { organisations }: GatewayParts): void {
  app.route({
    method: 'GET',
    url: '/orgs',
    config: { scope: 'runs:read' },
    schema: {
      operationId: 'listOrganisations',
      summary: 'Organisations: who holds their slots, who waits, whether they answer',
      querystring: z.strictObject({ org: orgParameter.exactOptional() }),
      response: answers({ 200: json('Those that the key allows.', organisationsSchema) }, ['RecordsUnavailable']),
    },
    handler: async (request, reply) => {
      const seen = orgsSeen(principalOf(request), request.query.org);
      const states = await organisations.states(seen, answerLife(reply, {}));
      return { orgs: states.map((state) => ({ ...state, holders: [...state.holders] })) };
    },
  });
}
