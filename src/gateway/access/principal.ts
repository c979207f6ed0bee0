import type { FastifyRequest } from 'fastify';
import type { Principal } from '../../keys/principal.js';

/** Nobody that is known: a 401 with this sentence, which says nothing about the keys there are. */
export interface Refusal {
  readonly refused: string;
}

/** Finds out who asks, from the headers alone. A key file that cannot be read rejects: then nobody is let in (503). */
export type Authenticate = (request: Pick<FastifyRequest, 'headers'>) => Promise<Principal | Refusal>;

declare module 'fastify' {
  interface FastifyRequest {
    /** Set before anything of a route runs; null on routes that ask nobody who they are. */
    principal: Principal | null;
  }
}

/** Who asks. Throws on a route that is open to everybody: there it is a mistake of the program. */
export function principalOf({ principal }: Pick<FastifyRequest, 'principal'>): Principal {
  if (principal === null) throw new TypeError('a route without a principal asked who it is');
  return principal;
}
