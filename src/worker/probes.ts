import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ListenAddress } from '../config/kinds.js';
import { ConfigError } from '../config/errors.js';

type UpOrDown = 'up' | 'down';

export interface Probed {
  /** Whether tasks are polled for, and nothing has told the worker to go. */
  readonly polling: () => 'polling' | 'draining' | 'failed';
  /** Each rejects where what it asks does not answer. */
  readonly looks: Readonly<Record<'database' | 'store', (signal: AbortSignal) => Promise<unknown>>>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

export interface Probes {
  /** Where they answer, with the port that was taken. */
  readonly url: string;
  close(): Promise<void>;
}

const LOOK_WITHIN_MS = 3_000;
/** Anyone who asks more often gets the same answer: each look costs Postgres and the store a call. */
const VALID_MS = 2_000;

/**
 * `GET /livez`: 200 while the event loop turns and the SDK polls or drains, else 503, so that a process that can take
 * nothing any more is started again. `GET /readyz`: 200 while it polls and reaches Postgres and the dataset store.
 * @throws ConfigError where nothing can listen there
 */
export async function startProbes({ host, port }: ListenAddress, probed: Probed): Promise<Probes> {
  const look = sharedLook(probed);
  const server = createServer({ requestTimeout: 10_000, headersTimeout: 10_000 }, (request, response) => {
    const { method, url = '' } = request;
    const [path] = url.split('?');
    if (method !== 'GET' && method !== 'HEAD') answer(response, 405, { status: 'not allowed' });
    else if (path === '/livez') {
      const polling = probed.polling();
      answer(response, polling === 'failed' ? 503 : 200, { status: polling === 'failed' ? 'failed' : 'alive' });
    } else if (path === '/readyz') {
      void look().then((found) => {
        answer(response, found.status === 'ready' ? 200 : 503, found);
      });
    } else answer(response, 404, { status: 'not found' });
  });
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    throw new ConfigError('HEALTH_ADDRESS', `cannot be listened on (${code}): name a free port of this machine`);
  }
  // A worker that has drained ends, also while somebody asks.
  server.unref();
  const { address, port: taken, family } = server.address() as AddressInfo;
  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${taken}`,
    async close() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

interface Readiness extends Readonly<Record<'database' | 'store', UpOrDown>> {
  readonly status: 'ready' | 'draining' | 'failed' | 'unready';
  /** Why it is not ready: no address and no secret, because anybody may ask. */
  readonly reason?: string;
}

const REASONS = {
  draining: 'it was told to stop, and takes nothing new',
  failed: 'its pollers have failed: it ends by itself, and its log says why',
} as const;

/** One look at a time, for everybody who asks meanwhile and shortly after. */
function sharedLook({ polling, looks, now }: Probed): () => Promise<Readiness> {
  let latest: { readonly answer: Promise<Pick<Readiness, 'database' | 'store'>>; readonly atMs: number } | undefined;
  return async () => {
    if (latest === undefined || now() - latest.atMs >= VALID_MS) latest = { answer: lookAt(looks), atMs: now() };
    const found = await latest.answer;
    const worker = polling();
    if (worker !== 'polling') return { status: worker, ...found, reason: REASONS[worker] };
    const silent = [
      ...(found.database === 'down' ? ['Postgres'] : []),
      ...(found.store === 'down' ? ['the dataset store'] : []),
    ];
    if (silent.length === 0) return { status: 'ready', ...found };
    return { status: 'unready', ...found, reason: silent.map((each) => `${each} does not answer`).join('; ') };
  };
}

async function lookAt(looks: Probed['looks']): Promise<Pick<Readiness, 'database' | 'store'>> {
  const signal = AbortSignal.timeout(LOOK_WITHIN_MS);
  const [database, store] = await Promise.all(
    [looks.database, looks.store].map((look) => upOrDown(look(signal), signal)),
  );
  return { database: database ?? 'down', store: store ?? 'down' };
}

/** A look that does not heed its signal is not waited for either. */
function upOrDown(look: Promise<unknown>, signal: AbortSignal): Promise<UpOrDown> {
  const answered = look.then(
    () => 'up' as const,
    () => 'down' as const,
  );
  const late = new Promise<UpOrDown>((resolve) => {
    signal.addEventListener('abort', () => {
      resolve('down');
    });
  });
  return Promise.race([answered, late]);
}

function answer(response: ServerResponse, code: number, body: object): void {
  response.writeHead(code, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
}
