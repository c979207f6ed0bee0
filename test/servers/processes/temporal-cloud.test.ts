import assert from 'node:assert/strict';
import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it, type TestContext } from 'node:test';
import { msToTs } from '@temporalio/common/lib/time.js';
import { startWorkerProcess } from '../../../stack/product/worker-process.js';
import { prepareNamespace } from '../../../stack/servers/temporal-namespace.js';
import { cli, cliProcess } from '../../support/cli/cli.js';
import { spawnGateway } from '../../support/gateway/gateway-process.js';
import { startSuite, type Product, type Suite } from '../../support/product.js';
import { startTlsFront, type TlsFront } from '../../support/temporal/tls-front.js';
import { ownCa } from '../../support/tls/own-ca.js';
import { until } from '../../support/until.js';

/** As Cloud has them: a name, and the account. */
const NAMESPACE = 'metrics.a1b2c';
const [OLD, NEW] = ['old-key-0123456789', 'new-key-9876543210'];

describe('Temporal Cloud as a whole: TLS, a namespace of an account, no operator', () => {
  let suite: Suite;
  let folder: string;
  before(async () => {
    suite = await startSuite();
    folder = await mkdtemp(join(tmpdir(), 'journey-metrics-cloud-'));
    const { workflowService } = suite.connection;
    const workflowExecutionRetentionPeriod = msToTs('1 day');
    await workflowService.registerNamespace({ namespace: NAMESPACE, workflowExecutionRetentionPeriod });
    await prepareNamespace(suite.servers.temporalAddress, NAMESPACE);
  });
  after(async () => {
    await suite.stop();
    await rm(folder, { recursive: true, force: true });
  });

  /** What a worker, gateway and commands of this Cloud are told; how they are let in comes from `own`. */
  async function cloud(product: Product, front: TlsFront, own: NodeJS.ProcessEnv): Promise<NodeJS.ProcessEnv> {
    const ca = join(folder, `front-${front.address.split(':')[1] ?? ''}.pem`);
    await writeFile(ca, front.ca);
    const place = { TEMPORAL_ADDRESS: front.address, TEMPORAL_NAMESPACE: NAMESPACE };
    return { ...product.env, ...place, TEMPORAL_TLS_SERVER_CA_CERT_PATH: ca, ...own };
  }

  async function processes(t: TestContext, env: NodeJS.ProcessEnv) {
    let log = '';
    let said = '';
    const { PATH, HOME } = process.env;
    const worker = await startWorkerProcess({
      env: { PATH, HOME, ...env },
      onLog: (text) => (log += text),
      onError: (text) => (said += text),
    });
    t.after(() => worker.stop(15_000));
    const gateway = await spawnGateway(t, { env });
    const ready = async () => {
      const answer = await fetch(`${gateway.url}/readyz`);
      return { code: answer.status, ...((await answer.json()) as { reason?: string }) };
    };
    return { worker, gateway, ready, log: () => log, said: () => said };
  }

  it('with client certificates: a run, a schedule, a backfill, lists and doctor', async (t) => {
    const product = await suite.product({ worker: false });
    const ca = ownCa(folder, 'clients');
    const pair = ca.issue('worker', 'DNS:worker.example');
    const front = await startTlsFront(t, suite.servers.temporalAddress, {
      clientCa: await readFile(ca.file, 'utf8'),
    });
    const env = await cloud(product, front, {
      TEMPORAL_TLS_CLIENT_CERT_PATH: pair.cert,
      TEMPORAL_TLS_CLIENT_KEY_PATH: pair.key,
    });
    const { ready } = await processes(t, env);
    assert.equal((await ready()).code, 200);
    const { metric, dimension } = product.request().query;
    const request = JSON.stringify(product.request());
    const window = JSON.stringify({ query: { metric, dimension }, window: { relative: 'yesterday' } });
    const commands: readonly (readonly [readonly string[], string])[] = [
      [['aggregate', '-q', '-', '--json'], request],
      [['schedules', 'create', `nightly-${product.env['CXONE_ORG_ID'] ?? ''}`, '-q', '-', '--at', '05:30'], window],
      [['schedules', 'list'], ''],
      [['backfill', 'start', '-q', '-', '--from', '2026-10-01', '--to', '2026-10-04', '--json'], request],
      [['runs', 'list', '--json'], ''],
      [['audit', 'reconcile'], ''],
    ];
    for (const [args, input] of commands) {
      const { code, stderr, stdout } = await cli(args, env, input);
      assert.equal(code, 0, `${args.join(' ')}: ${stderr}`);
      if (args[0] === 'runs') assert.equal((stdout.match(/"workflowId"/g) ?? []).length >= 4, true, stdout);
    }
    const doctor = await cli(['doctor', '--json'], env);
    const { checks } = JSON.parse(doctor.stdout) as { checks: { name: string; status: string }[] };
    const ofTemporal = checks.filter(({ name }) => ['Temporal', 'search attributes', 'schedules'].includes(name));
    assert.ok(ofTemporal.length >= 2 && ofTemporal.every(({ status }) => status === 'ok'), doctor.stdout);
    assert.ok(
      front.calls.some((path) => path.includes('.OperatorService/')),
      'it was asked, and denied',
    );
  });

  it('a key in a file is rotated under runs and none is lost; taken without another, the worker ends and the gateway says so', async (t) => {
    const product = await suite.product({ worker: false });
    const front = await startTlsFront(t, suite.servers.temporalAddress, { key: OLD });
    const keyFile = join(folder, 'key');
    await writeFile(keyFile, `${OLD}\n`);
    const env = await cloud(product, front, { TEMPORAL_API_KEY_FILE: keyFile });
    const { worker, gateway, ready, log, said } = await processes(t, env);
    product.simulator.receiver.faults.add({ script: [{ on: 'webhook', fault: '503' }] });
    const held = cliProcess(['aggregate', '-q', '-', '--json'], env, JSON.stringify(product.request()));
    const refused = () => product.simulator.receiver.journal.entries({ operation: 'webhook' }).length;
    await until(
      'a refused delivery',
      () => Promise.resolve(refused()),
      (count) => count > 0,
    );

    front.take(OLD, NEW);
    await writeFile(`${keyFile}.next`, NEW);
    await rename(`${keyFile}.next`, keyFile);
    const taken = 'TEMPORAL_API_KEY has changed and was read again';
    await until(
      'the new key',
      () => Promise.resolve(log()),
      (text) => text.includes(taken),
    );
    front.take(NEW);
    const ended = await held;
    assert.equal(ended.code, 0, ended.stderr);
    assert.equal((await ready()).code, 200);
    const next = product.request({
      query: { ...product.request().query, dateFrom: '2026-10-01', dateTo: '2026-10-02' },
    });
    const after = await cli(['aggregate', '-q', '-', '--json'], env, JSON.stringify(next));
    assert.equal(after.code, 0, after.stderr);

    front.take('a-key-of-somebody-else');
    assert.equal(await worker.exited, 2);
    assert.match(said(), /^journey-metrics worker: TEMPORAL_API_KEY is refused by Temporal at localhost:\d+/m);
    const unready = await until('an unready gateway', ready, ({ code }) => code === 503);
    assert.equal(unready.reason, 'Temporal refuses the gateway: TEMPORAL_API_KEY must be corrected');
    assert.match(gateway.said(), /TEMPORAL_API_KEY is refused by Temporal at localhost/);
    for (const text of [log(), said(), gateway.said()]) assert.doesNotMatch(text, new RegExp(`${OLD}|${NEW}`));
  });
});
