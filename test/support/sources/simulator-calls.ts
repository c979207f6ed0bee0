import type { TestContext } from 'node:test';
import type { SourceQuery } from '../../../src/contract/request/request.js';
import { DEFAULT_TENANT, type Tenant } from '../../../simulator/cxone/credentials.js';
import { ANALYTICS_PATH, TOKEN_PATH } from '../../../simulator/cxone/api.js';
import type { SimulatorOptions } from '../../../simulator/cxone/options.js';
import { startSimulator, type Simulator } from '../../../simulator/cxone/server.js';
import type { FaultSchedule } from '../../../simulator/faults/named.js';
import type { PageDocument } from '../../../simulator/http/reply.js';
import type { Row } from '../../../simulator/rows/row-source.js';

/** A week of two metrics by journey: 56 rows, in pages of 20 unless said otherwise. */
export function weekQuery(change: Partial<SourceQuery> = {}): SourceQuery {
  return {
    reportType: 'journey-execution',
    metric: ['journeyCompletionRate', 'journeyDropOffRate'],
    dimension: ['journeyId'],
    filter: {},
    timeGroupBy: 'day',
    dateFrom: '2026-11-02T00:00:00Z',
    dateTo: '2026-11-09T00:00:00Z',
    limit: 20,
    ...change,
  };
}

/** The plainest client there can be: one request a call, no retries, no redirects followed. */
export class PlainClient {
  readonly #url: string;
  #token = '';

  constructor(simulator: { readonly url: string }) {
    this.#url = simulator.url;
  }

  postForm(form: Readonly<Record<string, string>>): Promise<Response> {
    return fetch(this.#url + TOKEN_PATH, { method: 'POST', body: new URLSearchParams(form), redirect: 'manual' });
  }

  async authorise(tenant: Tenant = DEFAULT_TENANT): Promise<Response> {
    const { clientId, clientSecret } = tenant;
    const response = await this.postForm({
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: clientSecret,
    });
    if (response.status === 200)
      this.#token = ((await response.clone().json()) as { access_token: string }).access_token;
    return response;
  }

  submit(query: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
    return fetch(this.#url + ANALYTICS_PATH, {
      method: 'POST',
      headers: { authorization: `Bearer ${this.#token}`, 'content-type': 'application/json', ...headers },
      body: JSON.stringify(query),
      redirect: 'manual',
    });
  }

  get(location: string, pageToken?: string, signal?: AbortSignal): Promise<Response> {
    const url = new URL(location, this.#url);
    if (pageToken !== undefined) url.searchParams.set('pageToken', pageToken);
    return fetch(url, {
      headers: { authorization: `Bearer ${this.#token}` },
      redirect: 'manual',
      ...(signal !== undefined && { signal }),
    });
  }

  /** Location of a query that was just submitted. */
  async locationOf(query: unknown = weekQuery()): Promise<string> {
    await this.authorise();
    return (await this.submit(query)).headers.get('location') ?? '';
  }

  async page(location: string, pageToken?: string): Promise<PageDocument> {
    return (await (await this.get(location, pageToken)).json()) as PageDocument;
  }

  async readAll(location: string): Promise<readonly Row[]> {
    let page = await this.page(location);
    const rows = [...page.data];
    while (page.nextPageToken !== undefined) {
      page = await this.page(location, page.nextPageToken);
      rows.push(...page.data);
    }
    return rows;
  }
}

type Scripted = NonNullable<FaultSchedule['script']>[number];

/** A simulator whose queries are ready at once, with one fault at the first request of an operation that it applies to. */
export async function startFaulty(
  t: TestContext,
  on: NonNullable<Scripted['on']>,
  fault: Scripted['fault'],
  options: SimulatorOptions = {},
): Promise<{ simulator: Simulator; client: PlainClient }> {
  const simulator = await startSimulator({ run: { polls: 0 }, faults: { script: [{ on, fault }] }, ...options });
  t.after(() => simulator.stop());
  return { simulator, client: new PlainClient(simulator) };
}

/** What the journal says of the first request that the fault struck. */
export function struck(simulator: Simulator, fault: string): { effect: boolean; status: number | null } | undefined {
  const [entry] = simulator.journal.entries({ fault });
  return entry === undefined ? undefined : { effect: entry.effect, status: entry.status };
}
