import { fingerprintOf, type TokenDesk, type TokenGrant } from '../cxone/tokens.js';
import type { RateLimiter } from '../cxone/rate-limit.js';
import type { Fault } from '../faults/fault.js';
import type { ArrivedRequest, Outcome, Reply } from '../http/reply.js';
import type { JobBook } from './job-book.js';
import type { LegBook } from './legs/book.js';
import { refuse, refuseAtGateway, type RefusalForm } from './refusals.js';
import type { ReportingSettings } from './settings.js';
import type { ReportingTenant } from './tenant.js';

/** What the journal says of a request to real CXone, beside operation, effect, status and fault. Nothing secret, nothing personal. */
export interface ReportingFacts {
  readonly org?: string;
  readonly tokenFingerprint?: string;
  readonly version?: string;
  readonly startDate?: string;
  readonly endDate?: string;
  readonly skip?: number;
  readonly top?: number;
  readonly fields?: string;
  readonly orderBy?: string;
  /** Records in the answer, and in the whole of what was asked for. */
  readonly rows?: number;
  readonly total?: number;
  readonly jobId?: string;
  readonly entity?: string;
  readonly reportId?: string;
}

/** What the endpoints work on. Settings may change between two requests; the book changes with them. */
export interface ReportingState {
  settings: ReportingSettings;
  book: LegBook;
  readonly tenants: readonly ReportingTenant[];
  readonly jobs: JobBook;
  readonly tokens: TokenDesk;
  readonly limiter: RateLimiter;
  readonly tokenLifetimeS: number;
  readonly tokenPrefix: string;
}

export interface ReportingCall extends ArrivedRequest {
  readonly nowMs: number;
}

export type ReportingOutcome = Outcome<ReportingFacts>;

/** A call whose bearer token holds. */
export interface AuthorisedCall extends ReportingCall {
  readonly tenant: ReportingTenant;
  readonly grant: TokenGrant;
  readonly facts: ReportingFacts;
}

/** Scheme and host by which the caller reached the simulator. */
export function originOf(call: ReportingCall): string {
  return `http://${call.headers.host ?? 'simulator.invalid'}`;
}

/** Checks bearer token and rate limit. @returns what to answer where either fails */
export function authoriseCall(
  state: ReportingState,
  call: ReportingCall,
): AuthorisedCall | { readonly refused: Reply; readonly facts: ReportingFacts } {
  const { settings, tokens, tenants, limiter } = state;
  const token = /^Bearer ([\w.~+/=-]+)$/i.exec(call.headers.authorization ?? '')?.[1];
  if (token === undefined) return { refused: refuseAtGateway(settings, 401), facts: {} };
  const known = { tokenFingerprint: fingerprintOf(token) };
  const grant = tokens.check(token, call.nowMs);
  const tenant = tenants.find(({ org }) => org === grant?.org);
  if (grant === undefined || tenant === undefined) return { refused: refuseAtGateway(settings, 401), facts: known };
  const facts = { ...known, org: tenant.org };
  const waitS = limiter.take(tenant.org, call.nowMs);
  if (waitS === undefined) return { ...call, tenant, grant, facts };
  const reply = refuse(settings, 'gateway', 429, 'Too Many Requests');
  return { refused: { ...reply, headers: { ...reply.headers, 'retry-after': String(waitS) } }, facts };
}

/** How a place words the statuses that faults ask for. */
export function spoiltAs(settings: ReportingSettings, usual: RefusalForm): (fault: Fault) => Reply | undefined {
  return (fault) =>
    fault.kind === 'status'
      ? refuse(settings, usual, fault.status, `The simulator was told to answer ${fault.status}.`)
      : undefined;
}

/** JSON that is written already. */
export function jsonText(status: number, body: string, headers: Readonly<Record<string, string>> = {}): Reply {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body };
}
