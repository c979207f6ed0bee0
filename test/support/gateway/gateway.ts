import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { createJourneyMetricsClient, type RunHandle } from '../../../src/client.js';
import { readConfig } from '../../../src/config/config.js';
import { createDatasetStore } from '../../../src/datasets/store/dataset-store.js';
import { openBlobStore } from '../../../src/datasets/blobs/open-dataset-url.js';
import { rowReader } from '../../../src/datasets/read/read-rows.js';
import { createRowFigures } from '../../../src/datasets/transform/row-figures.js';
import { createGateway, type GatewayDependencies } from '../../../src/gateway/app.js';
import type { Gateway } from '../../../src/gateway/parts.js';
import { ANYBODY_HERE } from '../../../src/keys/principal.js';
import type { Problem } from '../../../src/gateway/http/problem.js';
import { boundedConnection } from '../../../src/gateway/http/temporal-calls.js';
import { createLogger } from '../../../src/observability/log.js';
import { explainer } from '../../../src/report/explain/explain-series.js';
import { reportPages } from '../../../src/report/report-pages.js';
import type { Product } from '../product.js';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The text as JSON. */
  readonly json: unknown;
}

export interface Call {
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON; a text as it is. */
  readonly body?: unknown;
  readonly signal?: AbortSignal;
}

/** Sends one request, and reads the whole answer. */
export async function send(base: string, method: string, path: string, call: Call = {}): Promise<Answer> {
  const { body, headers = {}, signal } = call;
  const response = await fetch(`${base}${path}`, {
    method,
    headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    ...(signal && { signal }),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    text,
    get json(): unknown {
      return JSON.parse(text) as unknown;
    },
  };
}

/** The problem of an answer that must be one. */
export function problemOf(answer: Answer): Problem & { readonly kind: string } {
  assert.match(answer.headers.get('content-type') ?? '', /^application\/problem\+json/, answer.text);
  const problem = answer.json as Problem;
  assert.equal(problem.status, answer.status);
  return { ...problem, kind: problem.type.replace('urn:journey-metrics:problem:', '') };
}

export interface RunningGateway {
  readonly url: string;
  readonly app: Gateway;
  send(method: string, path: string, call?: Call): Promise<Answer>;
  /** Lines of its log. */
  readonly log: readonly string[];
}

type Change = Partial<GatewayDependencies> & {
  /** Where Temporal is, if not where the product has it. */
  readonly temporalAddress?: string;
};

/** A gateway to a product, in this process and gone with the test. Anybody may come in unless `change` says otherwise. */
export async function startGateway(t: TestContext, product: Product, change: Change = {}): Promise<RunningGateway> {
  const { temporalAddress = product.env['TEMPORAL_ADDRESS'] ?? '', ...replaced } = change;
  const org = product.env['CXONE_ORG_ID'];
  const client = createJourneyMetricsClient({
    connection: boundedConnection({ address: temporalAddress }, Date.now),
    taskQueue: product.env['TASK_QUEUE'] ?? '',
    ...(org !== undefined && { org }),
  });
  const blobs = await openBlobStore(readConfig(product.env).datasets().place);
  const datasets = createDatasetStore(blobs);
  const log: string[] = [];
  const app = createGateway({
    client,
    authenticate: () => Promise.resolve(ANYBODY_HERE),
    log: createLogger({ level: 'info', scrub: (text) => text, write: (line) => log.push(line) }),
    idempotencyKeys: product.records.idempotencyKeys,
    audit: product.records.auditLog,
    rows: rowReader(datasets),
    coverage: product.records.coverage,
    runPages: product.records.runPages,
    destinations: product.records.destinations,
    explain: explainer({ records: product.records.explanations, datasets }),
    organisations: product.records.gateState,
    pages: reportPages({
      records: product.records.report,
      rows: createRowFigures(datasets),
      runUrl: () => undefined,
      now: Date.now,
    }),
    health: {
      temporal: () => client.list({ limit: 1 }),
      database: (signal) => product.records.check(signal),
    },
    defaults: { org, destination: 'bi' },
    now: Date.now,
    lateAfterMs: readConfig(product.env).alertRules().lateAfterMs,
    version: '0.0.0-test',
    ...replaced,
  });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  t.after(async () => {
    await app.close();
    await client.close();
    blobs.close();
  });
  return { url, app, log, send: (method, path, call) => send(url, method, path, call) };
}

/** Follows calls of a client that stay open as long as somebody waits. */
export interface OpenCalls {
  /** The same client, watched. */
  readonly client: GatewayDependencies['client'];
  /** Results that are waited for now. */
  waits(): number;
}

export function watchCalls(client: GatewayDependencies['client']): OpenCalls {
  let waits = 0;
  const watched = (run: RunHandle): RunHandle => ({
    ...run,
    async result(options) {
      waits += 1;
      try {
        return await run.result(options);
      } finally {
        waits -= 1;
      }
    },
  });
  return {
    client: {
      ...client,
      start: async (...order) => watched(await client.start(...order)),
      run: (...ids) => watched(client.run(...ids)),
    },
    waits: () => waits,
  };
}

/** The id of the run that an answer says was started. */
export function startedIn(answer: Answer): { readonly workflowId: string; readonly runId: string } {
  assert.ok(answer.status === 202, `${answer.status}: ${answer.text}`);
  return answer.json as { workflowId: string; runId: string };
}
