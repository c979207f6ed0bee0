import { LOGIN_PAGE, LOGIN_PATH } from '../faults/alter.js';
import { FaultPlan } from '../faults/plan.js';
import { answerAdmin, commonRoutes, type AdminRoutes } from '../http/admin.js';
import { conduct, type JournaledRequest } from '../http/exchange.js';
import { listen } from '../http/listen.js';
import type { Outcome } from '../http/reply.js';
import { transmit } from '../http/transmit.js';
import { readCatalogue } from '../catalogue.js';
import { parseOption } from '../invalid-option.js';
import { Journal } from '../journal.js';
import { createReporting, type Reporting } from '../reporting/reporting.js';
import { dataSettingsSchema, type DataSettingsInput } from '../rows/settings.js';
import { ANALYTICS_PATH, refusal, RESULTS_PATH, TOKEN_PATH, type Api, type ApiCall, type CxoneFacts } from './api.js';
import { DEFAULT_SCOPE } from './credentials.js';
import type { SimulatorOptions } from './options.js';
import { QueryBook, type AcceptedQuery } from './queries.js';
import { RateLimiter } from './rate-limit.js';
import { answerResult } from './result-endpoint.js';
import { answerSubmit } from './submit-endpoint.js';
import { answerToken } from './token-endpoint.js';
import { TokenDesk } from './tokens.js';
import { queryReader } from './validate.js';

/** One line of the simulator's journal. */
export type CxoneEntry = CxoneFacts & JournaledRequest;

/** A running CXone simulator. */
export interface Simulator {
  /** Base URL, without a trailing slash. */
  readonly url: string;
  readonly journal: Journal<CxoneEntry>;
  readonly faults: FaultPlan;
  /** Real CXone, on the same address. */
  readonly reporting: Reporting;
  /** Accepted queries, oldest first, with the rows that each is to deliver. */
  queries(): readonly AcceptedQuery[];
  /** Makes every token issued so far invalid; answers how many were not yet. */
  revokeTokens(): number;
  /** Every token ever issued, for tests that look for them where they must not be. */
  issuedTokens(): readonly string[];
  /** Changes the data of queries submitted from now on. @throws InvalidSimulatorOption */
  setData(data: DataSettingsInput): void;
  /** As {@link setData}, but what is not named stays as it is. */
  changeData(change: DataSettingsInput): void;
  /** Breaks off every answer under way. */
  stop(): Promise<void>;
}

/** Starts the simulated API on loopback. @throws InvalidSimulatorOption before anything listens */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const { host, port, now = Date.now } = options;
  const api = apiOf(options);
  const reporting = createReporting(options.reporting);
  const setData = (data: DataSettingsInput): void => {
    api.data = parseOption(dataSettingsSchema, data, 'data settings');
  };
  const changeData = (change: DataSettingsInput): void => {
    setData({ ...api.data, ...change });
  };
  const faults = new FaultPlan(options.faultSeed ?? 'faults', options.faults);
  const journal = new Journal<CxoneEntry>({ now, file: options.journalFile });
  const routes: AdminRoutes = {
    ...commonRoutes(faults, journal),
    ...reporting.admin,
    'POST revoke-tokens': () => ({ status: 200, body: { revoked: api.tokens.revokeAll() } }),
    'GET data': () => ({ status: 200, body: api.data }),
    'POST data': ({ body }) => {
      // Whatever came: the schema refuses what is no setting.
      changeData(JSON.parse(String(body)) as DataSettingsInput);
      return { status: 204 };
    },
  };
  const server = await listen(
    async (request, response, signal) => {
      const admin = answerAdmin(routes, request);
      if (admin !== undefined) return transmit(response, admin, undefined, signal);
      const nowMs = now();
      const call = { ...request, nowMs };
      const outcome = reporting.answer(call) ?? answer(api, call);
      await conduct({ request, response, outcome, faults, journal, nowMs, signal });
    },
    { host, port, maxBodyBytes: 64 * 1024 },
  );
  return {
    url: server.url,
    journal,
    faults,
    reporting,
    queries: () => api.queries.all(),
    revokeTokens: () => api.tokens.revokeAll(),
    issuedTokens: () => api.tokens.issued(),
    setData,
    changeData,
    stop: () => server.stop(),
  };
}

function apiOf(options: SimulatorOptions): Api {
  return {
    options,
    tokens: new TokenDesk({
      scope: options.scope ?? DEFAULT_SCOPE,
      lifetimeS: options.tokenLifetimeS ?? 3_600,
      prefix: options.tokenPrefix ?? '',
    }),
    queries: new QueryBook({ cap: options.cap, stateTotal: options.stateTotal ?? true }),
    limiter: new RateLimiter(options.rateLimit),
    readQuery: queryReader(options.catalogue ?? readCatalogue()),
    data: parseOption(dataSettingsSchema, options.data ?? {}, 'data settings'),
  };
}

function answer(api: Api, call: ApiCall): Outcome<CxoneFacts> {
  const { pathname } = call.url;
  if (call.method === 'POST' && pathname === TOKEN_PATH) return answerToken(api, call);
  if (call.method === 'POST' && pathname === ANALYTICS_PATH) return answerSubmit(api, call);
  if (call.method === 'GET' && pathname.startsWith(RESULTS_PATH)) return answerResult(api, call);
  if (pathname === LOGIN_PATH) return { operation: 'other', reply: { status: 200, body: LOGIN_PAGE }, facts: {} };
  return { operation: 'other', reply: refusal(404, 'NOT_FOUND', 'There is nothing here.'), facts: {} };
}
