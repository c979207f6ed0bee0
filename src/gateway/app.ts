import { setMaxListeners } from 'node:events';
import { fastify, type FastifyBaseLogger, type FastifyReply, type FastifyRequest } from 'fastify';
import { validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import type { z } from 'zod';
import { problemsOfText, textOf } from '../client/request-text.js';
import { guardRoutes } from './access/access.js';
import { DEFAULT_LIMITS, openPlaces, registerRateLimit, requestLimits, type Limits } from './access/limits.js';
import { openApiRoute, registerOpenApi } from './schemas/open-api.js';
import type { Gateway, GatewayParts } from './parts.js';
import type { Authenticate } from './access/principal.js';
import type { RequestWatch } from './ports.js';
import { problemOf } from './http/problem-of.js';
import { GatewayProblem, invalidRequest, PROBLEM_MEDIA_TYPE, problemDocument, PROBLEMS } from './http/problem.js';
import { aggregateRoute, requestBody } from './routes/aggregate.js';
import { auditRoute } from './routes/audit.js';
import { coveragePages } from './routes/coverage-pages.js';
import { explainRoute } from './routes/explain.js';
import { healthRoutes } from './routes/health.js';
import { runsPage } from './pages/runs-page.js';
import { statePages } from './pages/state-pages.js';
import { reportPage } from './routes/pages.js';
import { rowsRoute } from './routes/rows.js';
import { runEventsRoute } from './routes/run-events.js';
import { runRoutes } from './routes/runs.js';
import { orgsRoute } from './routes/orgs.js';
import { windowsRoute } from './routes/windows.js';
import { SERVER_LIMITS, serverOptions, type ServerLimits } from './http/server-options.js';

export interface GatewayDependencies extends Omit<GatewayParts, 'places' | 'stopping'> {
  readonly authenticate: Authenticate;
  readonly log: FastifyBaseLogger;
  /** Absent: nobody. */
  readonly watch?: RequestWatch;
  /** Of the product. */
  readonly version: string;
  readonly limits?: Partial<Limits>;
  readonly serverLimits?: Partial<ServerLimits>;
}

/** The HTTP gateway, not yet listening. `close()` answers what is under way; it does not close what it was given. */
export function createGateway(dependencies: GatewayDependencies): Gateway {
  const limits = { ...DEFAULT_LIMITS, ...dependencies.limits };
  const serverLimits = { ...SERVER_LIMITS, ...dependencies.serverLimits };
  const app: Gateway = fastify({
    ...serverOptions(serverLimits, dependencies.log),
    // Before there is a route: an address that cannot be decoded, or whose part is too long.
    frameworkErrors: (error, request, reply) => {
      sendProblem(error, request, reply);
    },
  }).withTypeProvider<ZodTypeProvider>();
  app.server.maxConnections = serverLimits.connections;
  app.removeContentTypeParser('text/plain');
  readJsonByItsText(app);
  app.setValidatorCompiler<z.ZodType>((part) =>
    part.schema === requestBody ? (value: unknown) => ({ value }) : validatorCompiler(part),
  );
  app.setSerializerCompiler(() => (answer: unknown) => JSON.stringify(answer));
  app.setErrorHandler(sendProblem);
  logRequests(app);
  if (dependencies.watch) watchRequests(app, dependencies.watch);
  app.addHook('onRequest', (_request, reply, done) => {
    reply.headers(HEADERS);
    done();
  });
  const stopping = stopSignal(app);
  registerOpenApi(app, dependencies.version);
  registerRateLimit(app);
  app.after(() => {
    guardRoutes(app, { authenticate: dependencies.authenticate, limits: requestLimits(app, limits) });
    app.addHook('onRequest', (request, _reply, done) => {
      done(encodingProblem(request));
    });
    addRoutes(app, { ...dependencies, places: openPlaces(limits), stopping });
  });
  return app;
}

/** A number or a byte that the parser would change is refused, as long as there is a text that shows it. */
function readJsonByItsText(app: Gateway): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    const problems = problemsOfText(body);
    if (problems.length > 0) done(invalidRequest(problems));
    else void parse(request, textOf(body), done);
  });
}

/** Aborts when the gateway begins to stop. From then on a connection ends with its answer: idle, it would hold up the end. */
function stopSignal(app: Gateway): AbortSignal {
  const stopping = new AbortController();
  // Every answer that is held back listens to it.
  setMaxListeners(0, stopping.signal);
  app.addHook('preClose', (done) => {
    // Of answers that have begun, which cannot say `close` any more.
    app.server.keepAliveTimeout = 1;
    stopping.abort();
    done();
  });
  app.addHook('onSend', (_request, reply, _payload, done) => {
    if (stopping.signal.aborted) void reply.header('connection', 'close');
    done();
  });
  return stopping.signal;
}

function addRoutes(app: Gateway, parts: GatewayParts): void {
  aggregateRoute(app, parts);
  runRoutes(app, parts);
  runEventsRoute(app, parts);
  rowsRoute(app, parts);
  coveragePages(app, parts);
  reportPage(app, parts);
  runsPage(app, parts);
  statePages(app, parts);
  auditRoute(app, parts);
  windowsRoute(app, parts);
  explainRoute(app, parts);
  orgsRoute(app, parts);
  healthRoutes(app, parts);
  openApiRoute(app);
}

/** Answers are of this moment and for one key: nobody on the way keeps them, and no browser guesses what they are. */
const HEADERS = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' } as const;

/** Bodies are small; one that is compressed would have to be bounded twice. */
function encodingProblem({ method, headers }: FastifyRequest): GatewayProblem | undefined {
  const { 'content-encoding': encoding = 'identity' } = headers;
  if (method !== 'POST' || encoding === 'identity') return undefined;
  const detail = 'send the body as it is, without Content-Encoding';
  return new GatewayProblem('UnsupportedMediaType', detail, {}, { 'accept-encoding': 'identity' });
}

function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const problem = problemOf(error);
  const { status } = PROBLEMS[problem.type];
  if (problem.type === 'Unexpected' && !reply.raw.destroyed) request.log.error({ err: error }, 'a request failed');
  reply.code(status).headers(problem.headers).type(PROBLEM_MEDIA_TYPE).send(problemDocument(problem, request.id));
}

function watchRequests(app: Gateway, watch: RequestWatch): void {
  app.addHook('onRequest', (_request, _reply, done) => {
    watch.began();
    done();
  });
  app.addHook('onResponse', ({ method, routeOptions }, { statusCode: status, elapsedTime: ms }, done) => {
    watch.ended({ route: routeOptions.url, method, status, ms });
    done();
  });
}

/** One line a request, when it has been answered or its client has gone. Health checks are not worth one. */
function logRequests(app: Gateway): void {
  app.addHook('onResponse', (request, reply, done) => {
    const { method, routeOptions, principal } = request;
    const { url: route } = routeOptions;
    if (route !== '/livez' && route !== '/readyz') {
      const facts = { method, route, status: reply.statusCode, ms: Math.round(reply.elapsedTime), key: principal?.id };
      request.log.info(facts, reply.raw.writableFinished ? 'answered' : 'client gone');
    }
    done();
  });
}
