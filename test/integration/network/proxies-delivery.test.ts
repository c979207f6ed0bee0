import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { DatasetError } from '../../../src/datasets/store/dataset-error.js';
import { createS3BlobStore } from '../../../src/datasets/blobs/s3/s3-blob-store.js';
import { createWebhookDestination } from '../../../src/destinations/webhook/webhook-destination.js';
import { readConfig } from '../../../src/config/config.js';
import { readVariables, type Env } from '../../../src/config/environment.js';
import { readNetwork } from '../../../src/config/network.js';
import { listen, type Loopback } from '../../support/gateway/loopback.js';
import { startJournalProxy, type JournalProxy } from '../../support/network/journal-proxy.js';
import { never } from '../../support/sources/cxone-api.js';
import { PART } from '../../support/sources/directory.js';
import { selfSigned } from '../../support/tls/self-signed.js';

const HOST = 'acme.example';
const { cert, key } = selfSigned(HOST);
const ambient = { now: () => Date.UTC(2026, 10, 9), random: () => 0.5 };
const USER_AGENT = /^cxone-journey-metrics\/\d+\.\d+\.\d+$/;
const SCOPE = `runs/${'a'.repeat(32)}`;

/** A destination at a name, with a server of its own behind the proxy. */
async function destinationBehind(
  t: TestContext,
  url: string,
  { isPrivate = false, ...options }: { isPrivate?: boolean; refuses?: number } = {},
): Promise<{ send: () => Promise<{ reason: string; permanent: boolean }>; proxy: JournalProxy; server: Loopback }> {
  const tls = url.startsWith('https:') ? { cert, key } : undefined;
  const server = await listen(t, () => ({ status: 204 }), tls);
  const proxy = await startJournalProxy(t, server.url, options);
  const network = readNetwork(
    readVariables({ HTTPS_PROXY: proxy.url.href, HTTP_PROXY: proxy.url.href }, () => undefined),
  );
  const destination = createWebhookDestination({
    address: {
      url: new URL(url),
      secrets: [],
      allowPrivate: isPrivate,
      ca: cert,
      network,
      headers: { Authorization: 'Bearer x' },
    },
    limits: { maxRows: 1_000, maxBytes: 500_000 },
    ambient,
    version: '1.2.3',
  });
  t.after(() => destination.close());
  return { send: () => destination.deliver({ ...PART, body: Buffer.from('{}') }, never()), proxy, server };
}

describe('a receiver behind a proxy', () => {
  it('gets its parts, its headers and who sends them through a tunnel', async (t) => {
    const { send, proxy, server } = await destinationBehind(t, `https://${HOST}/hook?k=1`);
    assert.equal((await send()).reason, '204');
    assert.deepEqual(
      proxy.journal.map(({ line }) => line),
      [`CONNECT ${HOST}:443`],
    );
    const [{ headers, path } = { headers: {}, path: '' }] = server.received;
    assert.deepEqual([path, headers.authorization, headers.host], ['/hook?k=1', 'Bearer x', HOST]);
    assert.match(String(headers['user-agent']), USER_AGENT);
  });

  it('of plain http is asked for with the whole address, as proxies want it', async (t) => {
    const { send, proxy, server } = await destinationBehind(t, 'http://bi.inside.example:8080/hook', {
      isPrivate: true,
    });
    assert.equal((await send()).reason, '204');
    assert.deepEqual(
      proxy.journal.map(({ line }) => line),
      ['POST http://bi.inside.example:8080/hook'],
    );
    assert.equal(server.received[0]?.headers.host, 'bi.inside.example:8080');
  });

  it('is not looked for at literals and names that are not public, without asking the proxy', async (t) => {
    for (const host of [
      '10.0.0.1',
      '[::1]',
      '169.254.169.254',
      '[64:ff9b::a00:1]',
      'metadata',
      'db.internal',
      'nas.local',
      'x.corp',
    ]) {
      const { send, proxy } = await destinationBehind(t, `https://${host}/hook`);
      const { reason, permanent } = await send();
      assert.match(reason, /^address refused: /, host);
      assert.equal(permanent, true);
      assert.deepEqual(proxy.journal, []);
    }
  });

  it('of IPv6 is asked for in brackets', async (t) => {
    const { send, proxy } = await destinationBehind(t, 'https://[2606:4700:4700::1111]:8443/hook');
    await send();
    assert.deepEqual(
      proxy.journal.map(({ line }) => line),
      ['CONNECT [2606:4700:4700::1111]:8443'],
    );
  });

  it('waits for a proxy that refuses, and says which variable names it', async (t) => {
    const tunnelled = await destinationBehind(t, `https://${HOST}/hook`, { refuses: 407 });
    assert.deepEqual(await tunnelled.send(), {
      delivered: false,
      reason: 'the proxy in HTTPS_PROXY asks for user and password (407): write it as http://user:password@host:port',
      permanent: false,
    });
    const plain = await destinationBehind(t, 'http://bi.example/hook', { isPrivate: true, refuses: 407 });
    assert.match((await plain.send()).reason, /^the proxy in HTTP_PROXY asks for user and password \(407\)/);
  });
});

describe('a bucket behind a proxy', () => {
  const placeAt = (endpoint: string, env: Env) => {
    const { place } = readConfig({
      DATASET_URL: 's3://rows',
      AWS_ACCESS_KEY_ID: 'id',
      AWS_SECRET_ACCESS_KEY: 'secret',
      ...env,
      AWS_ENDPOINT_URL: 'http://nowhere.example',
      AWS_ENDPOINT_URL_S3: endpoint,
    }).datasets();
    assert.ok(place.kind === 's3');
    return place;
  };

  it('is read and written through it, at AWS_ENDPOINT_URL_S3', async (t) => {
    const server = await listen(t, () => ({ status: 200, headers: { etag: '"e"' } }));
    const proxy = await startJournalProxy(t, server.url);
    const store = createS3BlobStore(placeAt('http://s3.example:9000', { http_proxy: proxy.url.href }));
    t.after(() => {
      store.close();
    });
    await store.claim(SCOPE, 'g1-t0', { name: 'page-0', value: Buffer.from('rows') }, never());
    const [{ line, headers } = { line: '', headers: {} }] = proxy.journal;
    assert.match(line, /^PUT http:\/\/s3\.example:9000\/rows\/runs\/a+\/notes\/g1-t0\/page-0\?/);
    assert.match(String(headers['user-agent']), USER_AGENT);
  });

  it('cannot be reached when the proxy refuses, in a sentence that names the variable', async (t) => {
    const server = await listen(t, () => ({ status: 200 }));
    for (const [endpoint, variable] of [
      ['http://s3.example', 'HTTP_PROXY'],
      ['https://s3.example', 'HTTPS_PROXY'],
    ] as const) {
      const proxy = await startJournalProxy(t, server.url, { refuses: 407 });
      const store = createS3BlobStore(placeAt(endpoint, { HTTP_PROXY: proxy.url.href, HTTPS_PROXY: proxy.url.href }));
      t.after(() => {
        store.close();
      });
      await assert.rejects(store.get({ scope: SCOPE, sha256: 'a'.repeat(64), bytes: 4 }, never()), (error) => {
        assert.ok(error instanceof DatasetError);
        assert.equal(error.details.code, 'PROXY_407');
        assert.match(error.message, new RegExp(`cannot read .*: the proxy in ${variable} asks for user and password`));
        return true;
      });
    }
  });
});
