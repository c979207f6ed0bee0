import { z } from 'zod';
import { json } from '../http/answers.js';
import type { Gateway, GatewayParts } from '../parts.js';
import type { Health } from '../ports.js';

const CHECK_WITHIN_MS = 3_000;
/** Whoever asks more often gets the same answer: anybody may ask, and each check costs Temporal and Postgres a call. */
const VALID_MS = 1_000;

const upOrDown = z.enum(['up', 'down']);
const aliveSchema = z.object({ status: z.literal('alive') });
const readySchema = z.object({
  status: z.enum(['ready', 'stopping', 'unready']).describe('Whether requests should come here.'),
  temporal: upOrDown.describe('Without it nothing can be started or shown.'),
  database: upOrDown.describe('Without it there are no idempotency keys and no audit trail.'),
});

type Readiness = Pick<z.output<typeof readySchema>, 'temporal' | 'database'>;

/** `GET /livez` and `GET /readyz`. */
export function healthRoutes(app: Gateway, { health, stopping, now }: GatewayParts): void {
  const look = sharedLook(health, now);
  app.route({
    method: 'GET',
    url: '/livez',
    config: { scope: 'open' },
    schema: {
      operationId: 'livez',
      summary: 'Whether the gateway runs',
      security: [],
      response: { 200: json('It does.', aliveSchema) },
    },
    handler: () => ({ status: 'alive' }),
  });
  app.route({
    method: 'GET',
    url: '/readyz',
    config: { scope: 'open' },
    schema: {
      operationId: 'readyz',
      summary: 'Whether the gateway can do its work',
      security: [],
      response: { 200: json('It can.', readySchema), 503: json('It cannot.', readySchema) },
    },
    handler: async (_request, reply) => {
      const found = await look();
      const able = found.temporal === 'up' && found.database === 'up';
      const status = stopping.aborted ? 'stopping' : able ? 'ready' : 'unready';
      return reply.code(status === 'ready' ? 200 : 503).send({ status, ...found });
    },
  });
}

/** One look at a time, for everybody who asks meanwhile and a second longer. */
function sharedLook(health: Health, now: () => number): () => Promise<Readiness> {
  let latest: { readonly answer: Promise<Readiness>; readonly atMs: number } | undefined;
  return () => {
    if (latest === undefined || now() - latest.atMs >= VALID_MS) latest = { answer: lookAt(health), atMs: now() };
    return latest.answer;
  };
}

async function lookAt(health: Health): Promise<Readiness> {
  const signal = AbortSignal.timeout(CHECK_WITHIN_MS);
  const [first, second] = await Promise.allSettled([health.temporal(signal), health.database(signal)]);
  return {
    temporal: first.status === 'fulfilled' ? 'up' : 'down',
    database: second.status === 'fulfilled' ? 'up' : 'down',
  };
}
