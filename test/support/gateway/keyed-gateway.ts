import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { Agent } from 'undici';
import { createJourneyMetricsClient, type JourneyMetricsClient } from '../../../src/client.js';
import { apiKeyText, newApiKey, secretHash } from '../../../src/keys/api-key.js';
import type { GatewayDependencies } from '../../../src/gateway/app.js';
import { bearerAuthentication } from '../../../src/gateway/access/authentication.js';
import { openKeyFile } from '../../../src/keys/key-file.js';
import { keyLineText } from '../../../src/keys/key-lines.js';
import { SCOPES, type Scope } from '../../../src/keys/principal.js';
import { boundedConnection } from '../../../src/gateway/http/temporal-calls.js';
import { startGateway } from './gateway.js';
import type { Product } from '../product.js';

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

export interface Asking {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON, with its content type. */
  readonly json?: unknown;
}

interface Rights {
  readonly scopes?: readonly Scope[];
  readonly orgs?: readonly string[];
}

/** A gateway whose keys are in a file of its own. */
export interface KeyedGateway {
  readonly port: number;
  /** Value of `Authorization` for a new key, which may do everything unless said otherwise; its line is in the file then. */
  readonly newKey: (id: string, rights?: Rights) => Promise<string>;
  /** Takes the line of a key out of the file. */
  readonly revoke: (id: string) => Promise<void>;
  /** Sends a request and reads its answer; of an event stream the first piece. The target goes out as it is. */
  readonly ask: (target: string, asking?: Asking) => Promise<HttpAnswer>;
  /** Lines of its log. */
  readonly log: readonly string[];
}

export async function startKeyedGateway(
  t: TestContext,
  product: Product,
  change: Partial<GatewayDependencies> = {},
): Promise<KeyedGateway> {
  const folder = await mkdtemp(join(tmpdir(), 'journey-metrics-keys-'));
  const file = join(folder, 'keys.txt');
  const lines = new Map<string, string>();
  const writeKeys = (): Promise<void> => writeFile(file, [...lines.values()].join('\n'));
  await writeKeys();
  const keys = await openKeyFile(file, { info: () => undefined, error: () => undefined });
  const authenticate = bearerAuthentication(keys);
  const { url, log } = await startGateway(t, product, { authenticate, client: patientClient(product), ...change });
  const agent = new Agent({ connections: 50 });
  t.after(async () => {
    await agent.destroy();
    await rm(folder, { recursive: true });
  });
  return {
    port: Number(new URL(url).port),
    log,
    async newKey(id, { scopes = SCOPES, orgs = ['*'] } = {}) {
      const key = newApiKey(id);
      const hash = secretHash(key.secret).toString('hex');
      lines.set(id, keyLineText({ id, hash, scopes: scopes.join(','), orgs: orgs.join(',') }));
      await writeKeys();
      return `Bearer ${apiKeyText(key)}`;
    },
    async revoke(id) {
      lines.delete(id);
      await writeKeys();
    },
    ask: (target, asking) => askFor(agent, url, target, asking),
  };
}

/**
 * One that is never closed: a call that an attacker's leaving gave up may be tried once more, and would throw, past
 * everybody, out of a closed connection. It keeps no process alive.
 */
function patientClient({ env }: Product): JourneyMetricsClient {
  const { TEMPORAL_ADDRESS = '', TASK_QUEUE = '', CXONE_ORG_ID } = env;
  return createJourneyMetricsClient({
    connection: boundedConnection({ address: TEMPORAL_ADDRESS }, Date.now),
    taskQueue: TASK_QUEUE,
    ...(CXONE_ORG_ID !== undefined && { org: CXONE_ORG_ID }),
  });
}

/** `fetch` would tidy the target up, and knows fewer methods. */
async function askFor(agent: Agent, url: string, target: string, asking: Asking = {}): Promise<HttpAnswer> {
  const { method = 'GET', headers, json } = asking;
  const answer = await agent.request({
    origin: url,
    path: target,
    method,
    headers: { ...(json !== undefined && { 'content-type': 'application/json' }), ...headers },
    ...(json !== undefined && { body: JSON.stringify(json) }),
  });
  const isStream = String(answer.headers['content-type']).startsWith('text/event-stream');
  const text = await (isStream ? firstPiece(answer.body) : answer.body.text());
  return { status: answer.statusCode, headers: answer.headers, text };
}

/** Leaving the loop closes the stream. */
async function firstPiece(body: AsyncIterable<Buffer>): Promise<string> {
  for await (const piece of body) return piece.toString();
  return '';
}
