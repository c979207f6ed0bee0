import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { RequestLimits } from './limits.js';
import { maySee, type Principal, type Scope } from '../../keys/principal.js';
import type { Authenticate } from './principal.js';
import { GatewayProblem } from '../http/problem.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What a key must allow; `open`: nobody is asked for one. Every route says it. */
    scope?: Scope | 'open';
  }
}

/** Who may come in, and to what: decided before a body is read. A route that does not say its scope ends the start. */
export function guardRoutes(
  app: FastifyInstance,
  { authenticate, limits }: { readonly authenticate: Authenticate; readonly limits: RequestLimits },
): void {
  const resources = new Map<string, Resource>();
  app.decorateRequest('principal', null);
  app.addHook('onRoute', ({ url, method, config }) => {
    if (config?.scope === undefined) throw new TypeError(`the route ${url} does not say who may use it`);
    const methods = resources.get(url)?.methods ?? [];
    resources.set(url, { pattern: patternOf(url), methods: methods.concat(method) });
  });
  app.addHook('onRequest', async (request, reply) => {
    // `*` is no address of a resource, though Fastify takes it for `/`.
    if (request.is404 || request.url === '*') throw nothingThere(request, [...resources.values()]);
    const { scope } = request.routeOptions.config;
    if (scope === 'open') return;
    request.principal = await whoAsks(request, reply, authenticate, limits);
    if (scope === undefined || !request.principal.scopes.has(scope)) throw notAllowed(scope);
  });
}

/** Throws `Forbidden` when the key may not act for an organisation. */
export function requireOrg(principal: Principal, org: string): void {
  if (maySee(principal, org)) return;
  throw new GatewayProblem('Forbidden', `this key may not start runs of the organisation ${org}`);
}

async function whoAsks(
  request: FastifyRequest,
  reply: FastifyReply,
  authenticate: Authenticate,
  limits: RequestLimits,
): Promise<Principal> {
  const known = await authenticate(request);
  if ('refused' in known) {
    await limits.countRefusal(request);
    throw new GatewayProblem('Unauthenticated', known.refused, {}, { 'www-authenticate': 'Bearer' });
  }
  request.principal = known;
  await limits.countRequest(request, reply);
  return known;
}

function notAllowed(scope: Scope | undefined): GatewayProblem {
  const challenge = `Bearer error="insufficient_scope", scope="${scope ?? ''}"`;
  const detail = `this takes a key with the scope ${scope ?? ''}`;
  return new GatewayProblem('Forbidden', detail, {}, { 'www-authenticate': challenge });
}

interface Resource {
  readonly pattern: RegExp;
  readonly methods: readonly string[];
}

/** `/runs/:id` → what its addresses look like. Only our own routes come here: letters, digits, `.` and `-`. */
function patternOf(url: string): RegExp {
  return new RegExp(`^${url.replaceAll('.', '[.]').replaceAll(/:\w+/g, '[^/]+')}$`);
}

/** 405 with the methods that there are, where it is only the method that nobody knows. */
function nothingThere({ url, method }: FastifyRequest, resources: readonly Resource[]): GatewayProblem {
  // Whoever speaks to a proxy names the whole address.
  const [path = ''] = url.replace(/^https?:\/\/[^/?]*/i, '').split('?');
  const resource = resources.find(({ pattern }) => pattern.test(path));
  if (!resource) return new GatewayProblem('NotFound', 'there is nothing under this address: see /openapi.json');
  const allow = resource.methods.join(', ');
  return new GatewayProblem('MethodNotAllowed', `${method} is not for this resource, ${allow} is`, {}, { allow });
}
