import { z } from 'zod';
import { ConfigError } from '../../config/errors.js';
import { json } from '../http/http.js';
import type { Gateway, GatewayParts } from '../parts.js';
import type { Health } from '../ports.js';

const CHECK_WITHIN_MS = 3_000;
/** Anyone who asks more often gets the same answer: anybody may ask, and each check costs Temporal and Postgres a call. */
const VALID_MS = 1_000;

const upOrDown = z.enum(['up', 'down']);
const aliveSchema = z.object({ status: z.literal('alive') });
const readySchema = z.object({
  status: z.enum(['ready', 'stopping', 'unready']).describe('Whether the gateway accepts requests.'),
  temporal: upOrDown.describe('Needed to start and show runs.'),
  database: upOrDown.describe('Needed for idempotency keys and the audit trail.'),
  reason: z.string().optional().describe('Why it is not ready, in a sentence that names no address and no secret.'),
});

/** What was found, and what a refusal by Temporal names. */
interface Readiness extends Pick<z.output<typeof readySchema>, 'temporal' | 'database'> {
  readonly refused?: string;
}

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
      summary: 'Whether the gateway can work',
      security: [],
      response: { 200: json('It can.', readySchema), 503: json('It cannot.', readySchema) },
    },
    handler: async (_request, reply) => {
      const found = await look();
      const { temporal, database } = found;
      const able = temporal === 'up' && database === 'up';
      const status = stopping.aborted ? 'stopping' : able ? 'ready' : 'unready';
      const reason = stopping.aborted ? 'it was told to stop, and accepts nothing new' : reasonIn(found);
      return reply
        .code(status === 'ready' ? 200 : 503)
        .send({ status, temporal, database, ...(reason !== '' && { reason }) });
    },
  });
}

/** Anybody may ask, so it says what does not answer, and not where; the log has the sentence. */
function reasonIn({ temporal, database, refused }: Readiness): string {
  const ofTemporal =
    refused === undefined ? 'Temporal does not answer' : `Temporal refuses the gateway: ${refused} must be corrected`;
  const reasons = [temporal === 'down' && ofTemporal, database === 'down' && 'Postgres does not answer'];
  return reasons.filter((each) => each !== false).join('; ');
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
    ...(first.status === 'rejected' && first.reason instanceof ConfigError && { refused: first.reason.variable }),
  };
}
