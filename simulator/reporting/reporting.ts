import { RateLimiter, type RateLimit } from '../cxone/rate-limit.js';
import { TokenDesk } from '../cxone/tokens.js';
import type { AdminRoutes } from '../http/admin.js';
import type { Reply } from '../http/reply.js';
import { parseOption } from '../invalid-option.js';
import { authoriseCall, spoiltAs } from './api.js';
import type { AuthorisedCall, ReportingCall, ReportingOutcome, ReportingState } from './api.js';
import { answerContacts } from './contacts.js';
import {
  answerConfiguration,
  answerDiscovery,
  answerGrant,
  CONFIGURATION_PATH,
  DISCOVERY_PATH,
  GRANT_PATH,
} from './issuer.js';
import { answerDownload } from './download.js';
import { JobBook } from './job-book.js';
import { answerJobs } from './jobs.js';
import { legBook } from './legs/book.js';
import type { Journey } from './legs/journey.js';
import { LISTS } from './lists.js';
import { refuse, refuseAtGateway } from './refusals.js';
import { reportingSettingsSchema, type ReportingSettings, type ReportingSettingsInput } from './settings.js';
import { answerSummary } from './summary.js';
import { DEFAULT_REPORTING_TENANT, type ReportingTenant } from './tenant.js';

export interface ReportingOptions {
  readonly tenants?: readonly ReportingTenant[];
  readonly settings?: ReportingSettingsInput;
  /** Life of tokens in seconds; default 3600. */
  readonly tokenLifetimeS?: number;
  /** Start of every access token, e.g. a canary. */
  readonly tokenPrefix?: string;
  readonly rateLimit?: RateLimit;
}

/** Real CXone as far as documents and public clients describe it: issuer, Reporting API, Data Extraction. */
export interface Reporting {
  /** Undefined for a path that it does not serve. */
  answer(call: ReportingCall): ReportingOutcome | undefined;
  readonly admin: AdminRoutes;
  settings(): ReportingSettings;
  /** What is not named stays as it is. @throws InvalidSimulatorOption */
  change(change: Partial<ReportingSettingsInput>): void;
  /** Makes every token issued so far invalid; answers how many were not yet. */
  revokeTokens(): number;
  issuedTokens(): readonly string[];
  /** The truth of a UTC day, `YYYY-MM-DD`: journeys that begin on it, with every leg and what befell the caller. */
  journeysOf(date: string): Iterable<Journey>;
}

export function createReporting(options: ReportingOptions = {}): Reporting {
  const settings = parseOption(reportingSettingsSchema, options.settings ?? {}, 'reporting settings');
  const tokenLifetimeS = options.tokenLifetimeS ?? 3_600;
  const state: ReportingState = {
    settings,
    book: legBook(settings),
    tenants: options.tenants ?? [DEFAULT_REPORTING_TENANT],
    tokens: new TokenDesk({ scope: 'openid', lifetimeS: tokenLifetimeS, prefix: options.tokenPrefix ?? '' }),
    jobs: new JobBook(),
    limiter: new RateLimiter(options.rateLimit),
    tokenLifetimeS,
    tokenPrefix: options.tokenPrefix ?? '',
  };
  const change = (changes: Partial<ReportingSettingsInput>): void => {
    state.settings = parseOption(reportingSettingsSchema, { ...state.settings, ...changes }, 'reporting settings');
    state.book = legBook(state.settings);
  };
  const revokeTokens = (): number => state.tokens.revokeAll();
  return {
    answer: (call) => answer(state, call),
    admin: adminRoutes(state, change, revokeTokens),
    settings: () => state.settings,
    change,
    revokeTokens,
    issuedTokens: () => state.tokens.issued(),
    journeysOf: (date) => state.book.journeysOf(date),
  };
}

function adminRoutes(
  state: ReportingState,
  change: (changes: Partial<ReportingSettingsInput>) => void,
  revokeTokens: () => number,
): AdminRoutes {
  return {
    'GET reporting': () => ({ status: 200, body: state.settings }),
    'POST reporting': ({ body }) => {
      // Whatever came: the schema refuses what is no setting.
      change(JSON.parse(String(body)) as Partial<ReportingSettingsInput>);
      return { status: 204 };
    },
    'POST reporting/revoke-tokens': () => ({ status: 200, body: { revoked: revokeTokens() } }),
    'GET reporting/journeys': ({ url }) => ({
      status: 200,
      body: [...state.book.journeysOf(url.searchParams.get('date') ?? '')],
    }),
  };
}

const VERSIONED = /^\/incontactapi\/services\/v(\d{1,3})\.0\/(.+)$/i;

function answer(state: ReportingState, call: ReportingCall): ReportingOutcome | undefined {
  const { pathname } = call.url;
  if (call.method === 'GET' && pathname === DISCOVERY_PATH) return answerDiscovery(state, call);
  if (call.method === 'GET' && pathname === CONFIGURATION_PATH) return answerConfiguration(state, call);
  if (call.method === 'POST' && pathname === GRANT_PATH) return answerGrant(state, call);
  const [, version = '', path = ''] = VERSIONED.exec(pathname) ?? [];
  if (path !== '') return answerVersioned(state, call, Number(version), path.toLowerCase());
  return answerJobs(state, call);
}

const OLDEST_VERSION = 6;
const DOWNLOAD = /^report-jobs\/datadownload\/(\d{1,12})$/;

function answerVersioned(
  state: ReportingState,
  call: ReportingCall,
  version: number,
  path: string,
): ReportingOutcome | undefined {
  const { settings } = state;
  const reportId = DOWNLOAD.exec(path)?.[1];
  const operation = path === 'contacts/completed' ? 'contacts' : reportId === undefined ? 'list' : 'download';
  const method = reportId === undefined ? 'GET' : 'POST';
  const authorised = authoriseCall(state, call);
  const facts = { ...authorised.facts, version: `v${version}.0` };
  const refused = (reply: Reply): ReportingOutcome => ({
    operation,
    reply,
    facts,
    spoilt: spoiltAs(settings, 'header'),
  });
  if ('refused' in authorised) return refused(authorised.refused);
  if (settings.forbidden.includes(path)) return refused(refuseAtGateway(settings, 403));
  if (version < OLDEST_VERSION || version > settings.newestVersion || call.method !== method) {
    return refused(refuse(settings, 'header', 404, 'There is no such version or resource'));
  }
  if (!/json|\*\/\*/.test(call.headers.accept ?? '')) {
    return refused(refuse(settings, 'header', 400, 'No known way to render the data'));
  }
  const known = { ...authorised, facts };
  const outcome = reportId === undefined ? answerResource(state, known, path) : answerDownload(state, known, reportId);
  const revokeToken = (): void => {
    state.tokens.revoke(authorised.grant.token);
  };
  return outcome === undefined
    ? refused(refuse(settings, 'header', 404, 'There is no such version or resource'))
    : { ...outcome, revokeToken };
}

function answerResource(state: ReportingState, call: AuthorisedCall, path: string): ReportingOutcome | undefined {
  if (path === 'contacts/completed') return answerContacts(state, call);
  if (path === 'skills/summary') return answerSummary(state, call);
  const list = LISTS[path];
  if (list === undefined) return undefined;
  const reply = { status: 200, body: list(call) };
  return { operation: 'list', reply, facts: call.facts, spoilt: spoiltAs(state.settings, 'header') };
}
