import type { FaultSchedule } from '../faults/named.js';
import type { FaultPlan } from '../faults/plan.js';
import type { Journal } from '../journal.js';
import type { ArrivedRequest, Reply } from './reply.js';

const ADMIN_PREFIX = '/__admin/';

/** What an admin request is answered with, by method and path below the prefix. They are not journaled and meet no faults. */
export type AdminRoutes = Readonly<Record<string, (request: ArrivedRequest) => Reply>>;

/**
 * Routes of every simulated server: `GET journal` (all entries), `GET faults` (how often each has struck),
 * `POST faults` (adds rules), `DELETE faults` (drops all rules).
 */
export function commonRoutes(faults: FaultPlan, journal: Journal<object>): AdminRoutes {
  return {
    'GET journal': () => ({ status: 200, body: journal.entries() }),
    'GET faults': () => ({ status: 200, body: faults.fired() }),
    'POST faults': ({ body }) => {
      // Whatever came: `add` checks it against the schema, and refuses what is no schedule.
      faults.add(JSON.parse(String(body)) as FaultSchedule);
      return { status: 204 };
    },
    'DELETE faults': () => {
      faults.clear();
      return { status: 204 };
    },
  };
}

/** Undefined when the request is not one of the admin's. A request that cannot be understood is answered 400 with the reason. */
export function answerAdmin(routes: AdminRoutes, request: ArrivedRequest): Reply | undefined {
  const { pathname } = request.url;
  if (!pathname.startsWith(ADMIN_PREFIX)) return undefined;
  const route = routes[`${request.method} ${pathname.slice(ADMIN_PREFIX.length)}`];
  if (route === undefined) return { status: 404, body: { message: `There are ${Object.keys(routes).join(', ')}.` } };
  try {
    return route(request);
  } catch (error) {
    return { status: 400, body: { message: error instanceof Error ? error.message : String(error) } };
  }
}
