import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it, type TestContext } from 'node:test';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { findTemporal } from '../../../stack/servers/temporal-binary.js';
import { spawnGateway } from '../../support/gateway/gateway-process.js';
import { startWorkerProcess } from '../../../stack/product/worker-process.js';
import { cli } from '../../support/cli/cli.js';
import { startSuite, type Product, type Suite } from '../../support/product.js';
import { startTlsFront, type TlsFront } from '../../support/temporal/tls-front.js';
import { selfSigned } from '../../support/tls/self-signed.js';
import { workerExit } from '../../support/worker-exit.js';

const KEY = 'front-key-0123456789';

describe('Temporal behind a front with TLS and a key', { concurrency: 2 }, () => {
  let suite: Suite;
  let product: Product;
  let folder: string;
  let own: Awaited<ReturnType<typeof files>>;
  before(async () => {
    suite = await startSuite();
    product = await suite.product({ worker: false });
    folder = await mkdtemp(join(tmpdir(), 'journey-metrics-front-'));
    own = await files(folder);
  });
  after(async () => {
    await suite.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const front = (t: TestContext, options: Parameters<typeof startTlsFront>[2] = { key: KEY }): Promise<TlsFront> =>
    startTlsFront(t, suite.servers.temporalAddress, options);
  const through = async ({ address, ca }: TlsFront): Promise<NodeJS.ProcessEnv> => {
    const file = join(folder, `ca-${address.split(':')[1] ?? ''}.pem`);
    await writeFile(file, ca);
    return { ...product.env, TEMPORAL_ADDRESS: address, TEMPORAL_TLS_SERVER_CA_CERT_PATH: file, TEMPORAL_API_KEY: KEY };
  };

  for (const operator of ['denied', 'unimplemented'] as const) {
    it(`worker, gateway, commands and doctor work where the operator's service is ${operator}, and a run completes`, async (t) => {
      const env = await through(await front(t, { key: KEY, operator }));
      const worker = await startWorkerProcess({
        env: { PATH: process.env['PATH'], ...env },
        onLog: ignore,
        onError: ignore,
      });
      t.after(() => worker.stop(15_000));
      const gateway = await spawnGateway(t, { env });
      const ready = await fetch(`${gateway.url}/readyz`);
      assert.equal(ready.status, 200);
      const file = join(folder, `request-${operator}.json`);
      await writeFile(file, JSON.stringify(product.request()));
      const ran = await cli(['aggregate', '--query', file, '--json'], env);
      assert.equal(ran.code, 0, ran.stderr);
      assert.equal((await cli(['runs', 'list'], env)).code, 0);
      const doctor = await cli(['doctor', '--json'], env);
      const { checks } = JSON.parse(doctor.stdout) as { checks: { name: string; status: string; found: string }[] };
      assert.deepEqual(
        checks.filter(({ name }) => ['Temporal', 'search attributes'].includes(name)).map(({ status }) => status),
        ['ok', 'ok'],
      );
    });
  }

  it('a missing attribute is named with the command of Temporal Cloud, where the operator is denied', async (t) => {
    const { path } = await findTemporal();
    const bare = await TestWorkflowEnvironment.createLocal({ server: { executable: { type: 'existing-path', path } } });
    t.after(() => bare.teardown());
    const env = await through(await startTlsFront(t, bare.address, { key: KEY }));
    const { code, said } = await workerExit(env);
    assert.match(
      said,
      /`tcld namespace search-attributes add --namespace default --search-attribute "CxoneOrg=Keyword" --search-attribute/,
    );
    assert.equal(code, 2);
  });

  const faults: Readonly<Record<string, readonly [(env: NodeJS.ProcessEnv) => NodeJS.ProcessEnv, RegExp, 1 | 2]>> = {
    'a wrong key': [
      (env) => ({ ...env, TEMPORAL_API_KEY: 'another-key-9876' }),
      /TEMPORAL_API_KEY is refused by Temporal at localhost/,
      2,
    ],
    'no key': [
      (env) => ({ ...env, TEMPORAL_API_KEY: '' }),
      /TEMPORAL_API_KEY is not set, and Temporal at localhost:\d+ asks for a key/,
      2,
    ],
    'an unknown authority': [
      (env) => ({ ...env, TEMPORAL_TLS_SERVER_CA_CERT_PATH: '' }),
      /TEMPORAL_TLS_SERVER_CA_CERT_PATH is not set, and the certificate .* authority that is not known here/,
      2,
    ],
    'another authority': [
      (env) => ({ ...env, TEMPORAL_TLS_SERVER_CA_CERT_PATH: own.ca }),
      /TEMPORAL_TLS_SERVER_CA_CERT_PATH names other authorities/,
      2,
    ],
    'a certificate for another name': [
      (env) => ({ ...env, TEMPORAL_TLS_SERVER_NAME: 'elsewhere.example' }),
      /TEMPORAL_TLS_SERVER_NAME does not fit/,
      2,
    ],
    'plain text to TLS': [
      (env) => ({ ...env, TEMPORAL_API_KEY: '', TEMPORAL_TLS_SERVER_CA_CERT_PATH: '' }),
      /TEMPORAL_TLS is not set, and what answers at localhost:\d+ speaks TLS/,
      2,
    ],
    'TLS to plain text': [
      (env) => ({ ...env, TEMPORAL_ADDRESS: suite.servers.temporalAddress }),
      /TEMPORAL_TLS is on \(a key sets it\), and what answers at .* speaks plain text/,
      2,
    ],
    'a namespace that is not there': [
      (env) => ({ ...env, TEMPORAL_NAMESPACE: 'nowhere' }),
      /TEMPORAL_NAMESPACE is "nowhere", which Temporal at localhost:\d+ does not have/,
      2,
    ],
    'a name that does not resolve': [
      (env) => ({ ...env, TEMPORAL_ADDRESS: 'temporal.invalid:7233' }),
      /Temporal at temporal\.invalid:7233 cannot be reached, its name does not resolve \(E\w+\): correct TEMPORAL_ADDRESS/,
      1,
    ],
    'a file without a certificate': [
      (env) => ({ ...env, TEMPORAL_TLS_SERVER_CA_CERT_PATH: own.empty }),
      /TEMPORAL_TLS_SERVER_CA_CERT_PATH names a file without a certificate/,
      2,
    ],
    'a certificate without its key': [
      (env) => ({ ...env, TEMPORAL_TLS_CLIENT_CERT_PATH: own.ca }),
      /TEMPORAL_TLS_CLIENT_KEY_PATH is not set, and TEMPORAL_TLS_CLIENT_CERT_PATH is nothing without it/,
      2,
    ],
  };
  /** Worker and gateway find out as commands do: a few show it. */
  const inProcesses = ['a wrong key', 'plain text to TLS', 'a name that does not resolve'];
  for (const [name, [change, names, code]] of Object.entries(faults)) {
    it(`${name}: command and doctor say so, and the exit code is ${code}`, async (t) => {
      const env = change(await through(await front(t)));
      const [listed, doctor] = await Promise.all([cli(['runs', 'list'], env), cli(['doctor'], env)]);
      assert.match(listed.stderr, names);
      assert.equal(listed.code, code);
      assert.match(doctor.stdout.replaceAll(/\s+/g, ' '), names);
      assert.equal(doctor.code, code);
      if (!inProcesses.includes(name)) return;
      const worker = await workerExit(env);
      assert.match(worker.said, names);
      assert.equal(worker.code, code, worker.said);
      if (code === 1) return;
      const gateway = await spawnGateway(t, { env }).then(
        () => 'started',
        (error: unknown) => (error as Error).message,
      );
      assert.match(gateway, names);
    });
  }

  it('no client certificate: worker and command ask for one', async (t) => {
    const env = { ...(await through(await front(t, { clientCa: own.caText }))), TEMPORAL_API_KEY: '' };
    const names =
      /TEMPORAL_TLS_CLIENT_CERT_PATH is not set, and Temporal at localhost:\d+ asks for a client certificate/;
    const [worker, listed] = await Promise.all([workerExit(env), cli(['runs', 'list'], env)]);
    assert.match(worker.said, names);
    assert.match(listed.stderr, names);
    assert.deepEqual([worker.code, listed.code], [2, 2]);
  });

  it('nothing there, and something else there, are told apart', async (t) => {
    const other = createServer((socket) => socket.end('220 mail\r\n').on('error', ignore));
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    t.after(() => other.close());
    const { port } = other.address() as { port: number };
    const env = { ...product.env, TEMPORAL_ADDRESS: `127.0.0.1:${port}` };
    const listed = await cli(['runs', 'list'], env);
    assert.match(listed.stderr, /TEMPORAL_ADDRESS is 127\.0\.0\.1:\d+, where something answers that is not Temporal/);
    assert.equal(listed.code, 2);
  });

  it('a key that is refused in mid-run ends the worker with the reason, and nothing is left of it', async (t) => {
    const opened = await front(t);
    let said = '';
    const env = await through(opened);
    const worker = await startWorkerProcess({
      env: { PATH: process.env['PATH'], ...env },
      onLog: ignore,
      onError: (text) => (said += text),
    });
    t.after(() => worker.stop(100));
    opened.take('another-key-that-is-valid');
    assert.equal(await worker.exited, 2);
    assert.match(
      said,
      /^journey-metrics worker: TEMPORAL_API_KEY is refused by Temporal at localhost:\d+: correct it/m,
    );
  });

  it('SIGTERM ends a worker whose key is refused', async (t) => {
    const opened = await front(t);
    const env = await through(opened);
    const worker = await startWorkerProcess({
      env: { PATH: process.env['PATH'], ...env },
      onLog: ignore,
      onError: ignore,
    });
    opened.take('another-key-that-is-valid');
    await worker.stop(30_000);
    assert.notEqual(await worker.exited, null, 'it was not killed');
  });
});

function ignore(): void {
  // Nothing of it matters here.
}

/** Files that a variable may name by mistake. */
async function files(folder: string): Promise<{ ca: string; caText: string; empty: string }> {
  const { cert } = selfSigned();
  const [ca, empty] = [join(folder, 'other-ca.pem'), join(folder, 'empty.pem')];
  await writeFile(ca, cert);
  await writeFile(empty, 'not a certificate\n');
  return { ca, caText: cert, empty };
}
