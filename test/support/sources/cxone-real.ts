import type { TestContext } from 'node:test';
import type { SimulatorOptions } from '../../../simulator/cxone/options.js';
import { startSimulator, type Simulator } from '../../../simulator/cxone/server.js';
import type { ReportingOptions } from '../../../simulator/reporting/reporting.js';
import { DEFAULT_REPORTING_TENANT, type ReportingTenant } from '../../../simulator/reporting/tenant.js';

/** A day long past at {@link NOW}, so that everything of it is in the answers. */
export const DAY = '2026-10-05';
export const NOW = Date.UTC(2026, 10, 9);

/** A simulator with a clock that stands still. */
export async function startReal(
  t: TestContext,
  reporting: ReportingOptions = {},
  options: SimulatorOptions = {},
): Promise<Simulator> {
  const simulator = await startSimulator({ now: () => NOW, ...options, reporting });
  t.after(() => simulator.stop());
  return simulator;
}

export type Json = Record<string, unknown>;

interface Grant {
  readonly access_token: string;
  readonly id_token: string;
  readonly expires_in?: number | string;
}

/** The plainest client of real CXone: one request a call, no retries. */
export class PlainRealClient {
  readonly #url: string;
  readonly #tenant: ReportingTenant;
  #token = '';

  constructor(simulator: { readonly url: string }, tenant: ReportingTenant = DEFAULT_REPORTING_TENANT) {
    this.#url = simulator.url;
    this.#tenant = tenant;
  }

  /** The form as it is, and the client as Basic unless `basic` is false. */
  grant(body: string, basic = true): Promise<Response> {
    const { clientId, clientSecret } = this.#tenant;
    const authorization = `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`;
    const headers = { 'content-type': 'application/x-www-form-urlencoded', ...(basic && { authorization }) };
    return fetch(`${this.#url}/auth/token`, { method: 'POST', headers, body });
  }

  async authorise(): Promise<Grant> {
    const { accessKeyId: username, accessKeySecret: password } = this.#tenant;
    const form = new URLSearchParams({ grant_type: 'password', username, password });
    const granted = (await (await this.grant(form.toString())).json()) as Grant;
    this.#token = granted.access_token;
    return granted;
  }

  get(path: string, headers: Record<string, string> = {}): Promise<Response> {
    const authorization = `Bearer ${this.#token}`;
    return fetch(new URL(path, this.#url), { headers: { authorization, accept: 'application/json', ...headers } });
  }

  post(path: string, body?: object): Promise<Response> {
    const headers = { authorization: `Bearer ${this.#token}`, 'content-type': 'application/json' };
    return fetch(new URL(path, this.#url), { method: 'POST', headers, body: body ? JSON.stringify(body) : null });
  }

  /** A Reporting document of v34.0. */
  reporting(path: string, query: Record<string, string | number> = {}): Promise<Response> {
    const written = new URLSearchParams(
      Object.entries(query).map(([key, value]): [string, string] => [key, String(value)]),
    );
    return this.get(`/incontactapi/services/v34.0/${path}?${written.toString()}`);
  }

  contacts(query: Record<string, string | number> = {}): Promise<Response> {
    const window = { startDate: `${DAY}T00:00:00.000Z`, endDate: '2026-10-06T00:00:00.000Z' };
    return this.reporting('contacts/completed', { ...window, ...query });
  }
}

/** A client that holds a token. */
export async function authorised(simulator: { readonly url: string }): Promise<PlainRealClient> {
  const client = new PlainRealClient(simulator);
  await client.authorise();
  return client;
}

export async function jsonOf(response: Response | Promise<Response>): Promise<Json> {
  return (await (await response).json()) as Json;
}

export function contactsIn(document: Json): readonly Json[] {
  return document['completedContacts'] as Json[];
}
