import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test, type TestContext } from 'node:test';
import { Webhook } from 'standardwebhooks';
import type { NewAlert } from '../../../src/ports/index.js';
import { cli } from '../../support/cli/cli.js';
import { listen, type Loopback, type Received, type Reply } from '../../support/gateway/loopback.js';
import { PATIENCE } from '../../support/records/records.js';
import { startSuite, type Product, type Suite } from '../../support/product.js';
import { until } from '../../support/until.js';

const SECRET = `whsec_${Buffer.from('a secret of thirty-two bytes ....').toString('base64')}`;
const AT = '2026-11-10T05:00:00.000Z';

describe('alerts are sent', () => {
  let suite: Suite;
  before(async () => {
    suite = await startSuite();
  });
  after(() => suite.stop());

  /** A product whose alerts file is written once the receivers listen. */
  const withReceivers = async (
    t: TestContext,
    entries: (url: (name: string) => string) => Readonly<Record<string, object>>,
    answer: (name: string) => Reply = () => ({ status: 204 }),
  ): Promise<{ readonly product: Product; readonly server: Loopback; readonly env: Product['env'] }> => {
    const server = await listen(t, ({ path }) => answer(path.slice(1)));
    const destinations = entries((name) => new URL(`/${name}`, server.url).href);
    const file = join(await temporary(t), 'alerts.json');
    await writeFile(file, JSON.stringify({ destinations }));
    const product = await suite.product({ env: { ALERTS_FILE: file, GATEWAY_URL: 'https://metrics.example/' } });
    return { product, server, env: product.env };
  };
  const tell = ({ temporal, env }: Product): Promise<unknown> =>
    temporal.workflow.execute('tellAlerts', {
      workflowId: `tell-${env['TASK_QUEUE'] ?? ''}`,
      taskQueue: env['TASK_QUEUE'] ?? '',
    });
  const raise = (product: Product, over: Partial<NewAlert> = {}): Promise<boolean> =>
    product.records.alerts.raise(
      {
        event: 'run.failed',
        key: [product.env['CXONE_ORG_ID'] ?? ''],
        org: product.env['CXONE_ORG_ID'] ?? '',
        what: 'The run failed: <!channel> & more',
        about: { workflowId: 'journey-1' },
        fold: [],
        ...over,
      },
      AT,
      PATIENCE,
    );
  const came = (server: Loopback, count: number): Promise<readonly Received[]> =>
    until(
      `${count} alerts`,
      () => Promise.resolve(server.received),
      ({ length }) => length >= count,
    );

  test('signed as Standard Webhooks, and in the shape of Slack, to those who want to know', async (t) => {
    const { product, server } = await withReceivers(t, (url) => ({
      ops: { url: url('ops'), private: true, secrets: [SECRET] },
      chat: { kind: 'slack', url: url('chat'), private: true, events: ['run.failed'] },
      others: { url: url('others'), private: true, orgs: ['globex'] },
      late: { url: url('late'), private: true, events: ['window.late'] },
    }));
    await raise(product);
    await tell(product);
    await came(server, 2);
    const [ops, chat] = ['/ops', '/chat'].map((path) => server.received.filter((each) => each.path === path));
    assert.deepEqual([ops?.length, chat?.length, server.received.length], [1, 1, 2]);
    const { headers = {}, body } = ops?.[0] ?? {};
    const verified = new Webhook(SECRET).verify(body?.toString() ?? '', headers as Record<string, string>);
    const [alert] = await product.records.alerts.list({ limit: 9 }, PATIENCE);
    assert.deepEqual(verified, {
      type: 'run.failed',
      timestamp: AT,
      data: {
        id: alert?.id,
        org: product.env['CXONE_ORG_ID'],
        what: 'The run failed: <!channel> & more',
        remedy: 'Follow the failure type in docs/failure-model.md, then start the request again.',
        link: 'https://metrics.example/runs/journey-1/report',
        repetition: 1,
        workflowId: 'journey-1',
      },
    });
    assert.equal(headers['webhook-id'], alert?.id);
    const slack = JSON.parse(chat?.[0]?.body.toString() ?? '{}') as { text: string; blocks: readonly unknown[] };
    assert.equal(slack.text, 'run.failed: The run failed: &lt;!channel&gt; &amp; more');
    assert.match(
      JSON.stringify(slack.blocks),
      /"section".*<https:\/\/metrics\.example\/runs\/journey-1\/report\|Open the page>/,
    );
    await until(
      'both on record',
      () => product.records.alerts.list({ limit: 9 }, PATIENCE),
      ([first]) => first?.sends.length === 2 && first.sends.every(({ sentAt }) => sentAt !== null),
    );
    await product.stop();
  });

  test('by a dead receiver no run and no other receiver is delayed, and it is told once it lives', async (t) => {
    let dead = true;
    const { product, server } = await withReceivers(
      t,
      (url) => ({ dead: { url: url('dead'), private: true }, ops: { url: url('ops'), private: true } }),
      (name) => ({ status: name === 'dead' && dead ? 503 : 204 }),
    );
    await raise(product);
    await tell(product);
    await came(server, 2);
    await (await product.client.start(product.request())).result();
    await raise(product, { key: ['another'], fold: ['another'] });
    await tell(product);
    await until(
      'both at ops',
      () => Promise.resolve(server.received),
      (all) => all.filter(({ path }) => path === '/ops').length === 2,
    );
    dead = false;
    const all = await until(
      'both at the dead one',
      () => product.records.alerts.list({ limit: 9 }, PATIENCE),
      (alerts) => alerts.every(({ sends }) => sends.length === 2 && sends.every(({ sentAt }) => sentAt !== null)),
    );
    assert.ok(all.flatMap(({ sends }) => sends).some(({ receiver, attempts }) => receiver === 'dead' && attempts > 1));
    const ids = new Set(server.received.map(({ headers }) => headers['webhook-id']));
    assert.deepEqual(ids, new Set(all.map(({ id }) => id)));
    await product.stop();
  });

  test('to those whom the file names now, without a new start', async (t) => {
    const entry = (url: (name: string) => string, name: string): object => ({
      [name]: { url: url(name), private: true },
    });
    let urlOf = (name: string): string => name;
    const { product, server, env } = await withReceivers(t, (url) => {
      urlOf = url;
      return { ...entry(url, 'first') };
    });
    await raise(product);
    await tell(product);
    await came(server, 1);
    await writeFile(env['ALERTS_FILE'] ?? '', JSON.stringify({ destinations: entry(urlOf, 'second') }));
    let key = 0;
    await until(
      'an alert at the second one',
      async () => {
        await raise(product, { key: [`another-${(key += 1)}`], fold: [`another-${key}`] });
        await tell(product);
        return server.received;
      },
      (all) => all.some(({ path }) => path === '/second'),
    );
    await product.stop();
  });

  test('a worker that died between starting the sender and noting it starts no second one', async (t) => {
    const { product, server } = await withReceivers(t, (url) => ({ ops: { url: url('ops'), private: true } }));
    await raise(product);
    const [id = ''] = await product.records.alerts.waiting(9, PATIENCE);
    const taskQueue = product.env['TASK_QUEUE'] ?? '';
    await product.temporal.workflow.execute('tellAlert', { workflowId: id, taskQueue, args: [{ id }] });
    assert.deepEqual(await product.records.alerts.waiting(9, PATIENCE), [id]);
    await tell(product);
    await tell(product);
    assert.deepEqual(await product.records.alerts.waiting(9, PATIENCE), []);
    assert.equal(server.received.length, 1);
    await product.stop();
  });

  test('of a run that failed, by command: listed, open, and over once it succeeds; receivers are tried', async (t) => {
    const { product, server, env } = await withReceivers(
      t,
      (url) => ({
        ops: { url: url('ops'), private: true, secrets: [SECRET] },
        broken: { url: url('broken'), private: true },
      }),
      (name) => ({ status: name === 'broken' ? 400 : 204 }),
    );
    product.simulator.cxone.faults.add({ script: [{ on: 'submit', fault: '400', times: 1 }] });
    const failing = await product.client.start(product.request());
    await assert.rejects(failing.result());
    const open = await cli(['alerts', 'list', '--open', '--json'], env);
    const [alert, ...others] = JSON.parse(open.stdout) as { event: string; remedy: string }[];
    assert.deepEqual([open.code, alert?.event, others.length], [0, 'run.failed', 0]);
    assert.match((await cli(['alerts', 'list'], env)).stdout, /run\.failed .* open +waiting/);
    await (await product.client.start(product.request())).result();
    assert.match((await cli(['alerts', 'list', '--open'], env)).stdout, /No alert is open/);
    const tried = await cli(['alerts', 'test', 'ops', '--json'], env);
    assert.equal(tried.code, 0, tried.stderr);
    const [ops] = JSON.parse(tried.stdout) as { ok: boolean; steps: { step: string; status: string }[] }[];
    assert.deepEqual(
      ops?.steps.map(({ step, status }) => `${step} ${status}`),
      ['configuration ok', 'reach ok', 'authenticate ok', 'send ok'],
    );
    assert.equal((JSON.parse(server.received.at(-1)?.body.toString() ?? '{}') as { type: string }).type, 'alert.test');
    const all = await cli(['alerts', 'test'], env);
    assert.equal(all.code, 1);
    assert.match(all.stdout, /fail +send +400/);
    assert.equal((await cli(['alerts', 'test', 'nobody'], env)).code, 2);
    await product.stop();
  });
});

async function temporary(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'journey-metrics-alerts-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
