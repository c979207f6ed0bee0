import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startWorkerProcess } from '../../../stack/product/worker-process.js';
import { cliProcess } from '../../support/cli/cli.js';
import { spawnGateway } from '../../support/gateway/gateway-process.js';
import { startSuite, type Product, type Suite } from '../../support/product.js';
import { startJournalProxy } from '../../support/network/journal-proxy.js';

const DEMO = fileURLToPath(new URL('../../../stack/demo.ts', import.meta.url));
const DEAD = 'http://127.0.0.1:9';
const ALL_DEAD = Object.fromEntries(
  ['HTTPS_PROXY', 'HTTP_PROXY', 'ALL_PROXY', 'GRPC_PROXY'].flatMap((name) => [
    [name, DEAD],
    [name.toLowerCase(), DEAD],
  ]),
);

describe('with every proxy variable set to a proxy that is down', () => {
  let suite: Suite;
  let product: Product;
  before(async () => {
    suite = await startSuite();
    product = await suite.product({ worker: false });
  });
  after(() => suite.stop());

  it('worker, gateway and commands reach this machine, and a run completes', async (t) => {
    const env = { ...product.env, ...ALL_DEAD };
    const { PATH, HOME } = process.env;
    const nothing = (): void => undefined;
    const worker = await startWorkerProcess({ env: { PATH, HOME, ...env }, onLog: nothing, onError: nothing });
    t.after(() => worker.stop(15_000));
    const gateway = await spawnGateway(t, { env });
    assert.equal((await fetch(`${gateway.url}/readyz`)).status, 200);
    const run = await product.client.start(product.request());
    assert.equal((await run.result()).outcome, 'completed');
    for (const command of [
      ['runs', 'list'],
      ['schedules', 'list'],
      ['audit', 'verify'],
    ]) {
      const { code, stderr } = await cliProcess(command, env);
      assert.equal(code, 0, stderr);
    }
  });

  it('the demo brings its servers up, and runs to its end', async (t) => {
    const { PATH, HOME } = process.env;
    const TMPDIR = await mkdtemp(join(tmpdir(), 'journey-metrics-proxied-'));
    t.after(() => rm(TMPDIR, { recursive: true, force: true }));
    const env = { PATH, HOME, TMPDIR, ...ALL_DEAD };
    const ended = await promisify(execFile)(process.execPath, ['--import', 'tsx', DEMO], { env });
    assert.match(ended.stdout, /completed/);
  });

  it('Temporal elsewhere is reached through a proxy, by worker and commands alike, in either case', async (t) => {
    const [, port = ''] = product.env['TEMPORAL_ADDRESS']?.split(':') ?? [];
    const proxy = await startJournalProxy(t, { port }, { login: 'me:secret-of-proxy' });
    const address = 'temporal.example:7233';
    const url = proxy.url.href.replace('//', '//me:secret-of-proxy@');
    const env = { ...product.env, TEMPORAL_ADDRESS: address, HTTPS_PROXY: url };
    const { PATH, HOME } = process.env;
    let said = '';
    const hear = (text: string): void => void (said += text);
    const worker = await startWorkerProcess({ env: { PATH, HOME, ...env }, onLog: hear, onError: hear });
    await worker.stop(15_000);
    assert.doesNotMatch(said, /secret-of-proxy/);
    const small = { ...product.env, TEMPORAL_ADDRESS: address, https_proxy: url };
    const { code, stderr } = await cliProcess(['runs', 'list'], small);
    assert.equal(code, 0, stderr);
    assert.ok(proxy.journal.length > 0);
    for (const { line } of proxy.journal) assert.equal(line, `CONNECT ${address}`);
    const refused = await cliProcess(['runs', 'list'], { ...small, https_proxy: proxy.url.href });
    assert.match(
      refused.stderr,
      /HTTPS_PROXY does not lead to Temporal at temporal\.example:7233: .*user and password \(407\)/,
    );
    assert.equal(refused.code, 2);
    const down = await cliProcess(['runs', 'list'], { ...small, https_proxy: DEAD });
    assert.match(
      down.stderr,
      /Temporal at temporal\.example:7233 cannot be reached, the proxy in HTTPS_PROXY cannot be reached/,
    );
    assert.equal(down.code, 1);
  });
});
