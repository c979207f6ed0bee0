import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { startWorkerProcess } from '../../../stack/product/worker-process.js';
import { startSuite, type Product, type Suite } from '../../support/product.js';

const RUNS = 100;
const MIB = 1024 * 1024;
/** Rows of a page: about 20 MiB, most of it in a field that nobody asked for. */
const ROWS = 1_000;
const WIDE = 'x'.repeat(20 * 1024);
const LIMIT_MIB = 1_024;

const ASKED = {
  metric: ['journeyCompletionRate'],
  dimension: ['journeyId'],
  dateFrom: '2026-11-01',
  dateTo: '2026-11-08',
};
const WHOLE = { processing: { outliers: 'off' } } as const;

const page = Buffer.from(
  Array.from({ length: ROWS }, (_, index) =>
    JSON.stringify({ date: '2026-11-02', journeyId: `j-${index}`, journeyCompletionRate: 0.5, note: WIDE }),
  ).join(','),
);

async function read(request: IncomingMessage): Promise<number> {
  let bytes = 0;
  for await (const chunk of request) bytes += (chunk as Buffer).byteLength;
  return bytes;
}

async function serve(listener: RequestListener): Promise<{ server: Server; url: string }> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }; // A string only for a pipe.
}

/** Every result is one fat page, there from the first poll on; every other one does not state its size. */
function source(): RequestListener {
  let queries = 0;
  return (request, response) => {
    void read(request).then(() => {
      const json = (status: number, body: object, headers: Readonly<Record<string, string>> = {}): void => {
        response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
      };
      const path = request.url ?? '';
      if (path === '/api/v2/oauth/token') {
        json(200, { access_token: 'token-of-the-test', token_type: 'Bearer', expires_in: 3_600 });
      } else if (request.method === 'POST') {
        queries += 1;
        json(202, { queryId: `q-${queries}` }, { location: `/api/v2/reporting/analytics/q-${queries}` });
      } else {
        const head = Buffer.from(`{"queryId":"${path.split('/').at(-1) ?? ''}","totalCount":${ROWS},"data":[`);
        const tail = Buffer.from(']}');
        const bytes = head.byteLength + page.byteLength + tail.byteLength;
        response.writeHead(200, {
          'content-type': 'application/json',
          ...(/[02468]$/.test(path) && { 'content-length': String(bytes) }),
        });
        for (const piece of [head, page]) response.write(piece);
        response.end(tail);
      }
    });
  };
}

const peakMib = (pid: number): number =>
  Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? Infinity) / 1_024;

describe('a hundred runs whose pages of 20 MiB come at the same time', { skip: process.platform !== 'linux' }, () => {
  let suite: Suite;
  let product: Product;
  const servers: Server[] = [];
  let received = 0;
  before(async () => {
    suite = await startSuite();
    const api = await serve(source());
    const receiver = await serve((request, response) => {
      void read(request).then((bytes) => {
        received += bytes;
        response.writeHead(200).end();
      });
    });
    servers.push(api.server, receiver.server);
    product = await suite.product({
      worker: false,
      env: { CXONE_BASE_URL: api.url, BI_WEBHOOK_URL: `${receiver.url}/hook`, BI_WEBHOOK_PRIVATE: '1' },
    });
  });
  after(async () => {
    await suite.stop();
    for (const server of servers) server.closeAllConnections();
    await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  });

  it('are all delivered by one worker that stays below 1 GiB', async (t) => {
    const { PATH, HOME } = process.env;
    const worker = await startWorkerProcess({
      env: { PATH, HOME, ...product.env },
      onLog: () => undefined,
      onError: () => undefined,
    });
    const { query } = product.request();
    const runs = await Promise.all(
      Array.from({ length: RUNS }, (_, run) =>
        product.client.start(product.request({ query: { ...query, ...ASKED, filter: { run } }, ...WHOLE })),
      ),
    );
    const results = await Promise.all(runs.map((run) => run.result()));
    const peak = peakMib(worker.pid);
    t.diagnostic(`peak ${Math.round(peak)} MiB, ${Math.round(received / MIB)} MiB delivered`);
    await worker.stop(10_000);
    assert.deepEqual([...new Set(results.map(({ outcome }) => outcome))], ['completed']);
    assert.ok(received > RUNS * page.byteLength);
    assert.ok(peak < LIMIT_MIB, `the worker took ${Math.round(peak)} MiB`);
  });
});
