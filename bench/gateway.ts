import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Agent } from 'undici';
import type { AggregateRequest } from '../src/contract/request/request.js';
import { apiKeyText, newApiKey, secretHash } from '../src/keys/api-key.js';
import { keyLineText } from '../src/keys/key-lines.js';
import { startWorkerProcess } from '../stack/product/worker-process.js';
import { startSuite, type Product } from '../test/support/product.js';
import { show } from './progress.js';
import { median, rounded } from './statistics.js';
import { LASTING_SERVERS } from './servers.js';

export interface GatewayFigures {
  /** Runs started a second, round by round, the three in turns. */
  readonly rates: Readonly<Record<Way, readonly number[]>>;
  /** Through the gateway over directly: the median of the rounds. */
  readonly ratio: number;
  /** The same where every request has an `Idempotency-Key`. */
  readonly keyedRatio: number;
}

type Way = 'direct' | 'gateway' | 'keyed';
type Starts = Readonly<Record<Way, (request: AggregateRequest) => Promise<void>>>;

const ENTRY = fileURLToPath(new URL('../dist/src/gateway.js', import.meta.url));
const ROUNDS = 7;
const IN_FLIGHT = 16;
const WARM_UP = 100;
const COUNTED = 400;

/**
 * Starts runs by the client in this process, and by HTTP through a gateway of the build, which uses that client. No
 * worker takes them: what is compared is how fast they are accepted.
 */
export async function measureGateway(): Promise<GatewayFigures> {
  const suite = await startSuite(LASTING_SERVERS);
  try {
    const product = await suite.product({ worker: false });
    const gateway = await startGateway(product);
    try {
      return await compare(product, startsBy(product, gateway));
    } finally {
      await gateway.stop();
    }
  } finally {
    await suite.stop();
  }
}

async function compare(product: Product, starts: Starts): Promise<GatewayFigures> {
  const rates = { direct: [] as number[], gateway: [] as number[], keyed: [] as number[] };
  const ways = ['direct', 'gateway', 'keyed'] as const;
  for (const way of ways) await startMany(product, starts[way], WARM_UP);
  for (let round = 1; round <= ROUNDS; round += 1) {
    for (const way of ways) {
      show(`gateway: round ${round} of ${ROUNDS}, ${way}`);
      rates[way].push(rounded(await startMany(product, starts[way], COUNTED), 1));
    }
  }
  const over = (way: Way): number =>
    rounded(median(rates[way].map((rate, round) => rate / (rates.direct[round] ?? Infinity))), 2);
  return { rates, ratio: over('gateway'), keyedRatio: over('keyed') };
}

/** @returns how many were started a second */
async function startMany(
  product: Product,
  start: (request: AggregateRequest) => Promise<void>,
  count: number,
): Promise<number> {
  let left = count;
  const lane = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      // Another filter is another run.
      const query = { ...product.request().query, filter: { journeyId: randomUUID() } };
      await start(product.request({ query }));
    }
  };
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: IN_FLIGHT }, lane));
  return (count * 1_000) / (performance.now() - startedAt);
}

interface RunningGateway {
  readonly url: string;
  /** Value of `Authorization`. */
  readonly authorization: string;
  stop(): Promise<void>;
}

function startsBy({ client }: Product, { url, authorization }: RunningGateway): Starts {
  const agent = new Agent({ connections: IN_FLIGHT });
  const send = async (request: AggregateRequest, more: Readonly<Record<string, string>>): Promise<void> => {
    const { statusCode, body } = await agent.request({
      origin: url,
      path: '/aggregate',
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json', ...more },
      body: JSON.stringify(request),
    });
    const text = await body.text();
    if (statusCode !== 202) throw new Error(`the gateway answered ${statusCode}: ${text}`);
  };
  return {
    direct: async (request) => {
      await client.start(request);
    },
    gateway: (request) => send(request, {}),
    keyed: (request) => send(request, { 'idempotency-key': randomUUID() }),
  };
}

/** As it is shipped: a process of its own, with a key file. */
async function startGateway({ env, home }: Product): Promise<RunningGateway> {
  const key = newApiKey('bench');
  const keysFile = join(home, 'keys.txt');
  const hash = secretHash(key.secret).toString('hex');
  await writeFile(keysFile, keyLineText({ id: key.id, hash, scopes: 'runs:start', orgs: '*' }));
  let log = '';
  const running = await startWorkerProcess({
    env: { ...env, GATEWAY_KEYS_FILE: keysFile, GATEWAY_PORT: '0', GATEWAY_RATE: '1000000' },
    command: [ENTRY],
    onLog: (text) => (log += text),
    onError: (text) => process.stderr.write(text),
  });
  const [, url] = /"url":"([^"]+)"/.exec(log) ?? [];
  if (url === undefined) throw new Error(`the gateway did not say where it listens: ${log}`);
  return { url, authorization: `Bearer ${apiKeyText(key)}`, stop: () => running.stop(5_000) };
}
