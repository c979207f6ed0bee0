import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { principalOf } from './principal.js';

/** What one client may take, so that something is left for the others. */
export interface Limits {
  /** Requests a minute of one key. */
  readonly requestsPerKey: number;
  /** Requests a minute that one address may make without a valid key; of IPv6, one network of 64 bits. */
  readonly refusalsPerAddress: number;
  /** Answers that one key may hold open at once: waits, event streams, rows. */
  readonly openPerKey: number;
}

export const DEFAULT_LIMITS: Limits = { requestsPerKey: 600, refusalsPerAddress: 60, openPerKey: 200 };

const MINUTE_MS = 60_000;
/** When to come back for a place: one is free as soon as any of the same key ends. */
const PLACE_RETRY_S = 5;

/** A request too many: a 429 with `Retry-After`. */
export class TooManyRequests extends Error {
  override readonly name = 'TooManyRequests';

  /** @param retryAfterS whole seconds until it is worth coming back */
  constructor(
    message: string,
    readonly retryAfterS: number,
  ) {
    super(message);
  }
}

export interface RequestLimits {
  /** Counts a request of a known key, and tells the client what is left. @throws TooManyRequests */
  countRequest(request: FastifyRequest, reply: FastifyReply): Promise<void>;
  /** Counts a request that came without a valid key. @throws TooManyRequests */
  countRefusal(request: FastifyRequest): Promise<void>;
}

/** Counts by minutes, in this process. The plugin must have been registered: {@link registerRateLimit}. */
export function requestLimits(
  app: FastifyInstance,
  { requestsPerKey, refusalsPerAddress }: Pick<Limits, 'requestsPerKey' | 'refusalsPerAddress'>,
): RequestLimits {
  const timeWindow = MINUTE_MS;
  const ofKey = app.createRateLimit({
    max: requestsPerKey,
    timeWindow,
    keyGenerator: (request) => principalOf(request).id,
  });
  const ofAddress = app.createRateLimit({ max: refusalsPerAddress, timeWindow });
  return {
    async countRequest(request, reply) {
      const count = await ofKey(request);
      if (count.isAllowed) return;
      reply.headers({
        'ratelimit-limit': count.max,
        'ratelimit-remaining': count.remaining,
        'ratelimit-reset': count.ttlInSeconds,
      });
      if (count.isExceeded) {
        throw new TooManyRequests(`this key may send ${count.max} requests a minute`, count.ttlInSeconds);
      }
    },
    async countRefusal(request) {
      const count = await ofAddress(request);
      if (!count.isAllowed && count.isExceeded) {
        throw new TooManyRequests('too many requests without a valid key came from this address', count.ttlInSeconds);
      }
    },
  };
}

/** The plugin that counts, without hooks of its own: what is counted as what is decided where requests are let in. */
export function registerRateLimit(app: FastifyInstance): void {
  app.register(rateLimit, { global: false });
}

/** Places for answers that stay open, so many for each key. A place is held as long as the answer lives. */
export interface OpenPlaces {
  /** False when the key has none left. */
  take(keyId: string, life: AbortSignal): boolean;
  /** @throws TooManyRequests when the key has none left */
  require(keyId: string, life: AbortSignal): void;
}

export function openPlaces({ openPerKey }: Pick<Limits, 'openPerKey'>): OpenPlaces {
  const taken = new Map<string, number>();
  const take = (keyId: string, life: AbortSignal): boolean => {
    // Its client may have gone already: nothing would ever end it again.
    if (life.aborted) return true;
    const count = taken.get(keyId) ?? 0;
    if (count >= openPerKey) return false;
    taken.set(keyId, count + 1);
    const leave = (): void => {
      const left = (taken.get(keyId) ?? 0) - 1;
      if (left > 0) taken.set(keyId, left);
      else taken.delete(keyId);
    };
    life.addEventListener('abort', leave, { once: true });
    return true;
  };
  return {
    take,
    require(keyId, life) {
      if (take(keyId, life)) return;
      throw new TooManyRequests(`this key may hold ${openPerKey} answers open at once`, PLACE_RETRY_S);
    },
  };
}
