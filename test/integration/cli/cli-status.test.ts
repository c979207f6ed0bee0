import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Status } from '../../../src/cli/status/standing.js';
import type { SeriesCoverage } from '../../../src/contract/result/coverage.js';
import { cli } from '../../support/cli/cli.js';
import { startGateway } from '../../support/gateway/gateway.js';
import { anEntry, aRun, PATIENCE } from '../../support/records/records.js';
import { startSuite, type Product, type Suite } from '../../support/product.js';
import { until } from '../../support/until.js';

const DAY_MS = 86_400_000;

describe('journey-metrics without arguments', () => {
  let suite: Suite;
  before(async () => {
    suite = await startSuite();
  });
  after(() => suite.stop());

  test('says how to start where nothing is configured, and where Postgres is away; with 0', async () => {
    const home = '/nowhere/at/all';
    const nothing = await cli([], { JOURNEY_METRICS_HOME: home });
    assert.deepEqual([nothing.code, nothing.stderr], [0, '']);
    assert.match(nothing.stdout, /DATABASE_URL is not set.*\n\nNext\n.*\n {4}npm run dev\n/);
    const away = await cli(['--json'], {
      JOURNEY_METRICS_HOME: home,
      DATABASE_URL: 'postgres://u:hidden-word@127.0.0.1:1/db',
    });
    const status = JSON.parse(away.stdout) as Status;
    assert.deepEqual([away.code, status.ready, status.series.length], [0, false, 0]);
    assert.match(status.problem ?? '', /127\.0\.0\.1:1/);
    assert.doesNotMatch(away.stdout, /hidden-word/);
    const { databaseUrl: DATABASE_URL } = suite.servers;
    const broken = await cli([], { JOURNEY_METRICS_HOME: home, DATABASE_URL, ALERTS_FILE: '/nowhere/alerts.json' });
    assert.equal(broken.code, 0);
  });

  test('says what there is, what is late, and what to do next', async (t) => {
    const product = await suite.product();
    const org = product.env['CXONE_ORG_ID'] ?? '';
    const look = async (): Promise<Status> =>
      JSON.parse((await cli(['status', '--json'], product.env)).stdout) as Status;
    assert.deepEqual(
      (await look()).next.map(({ command }) => command),
      ['journey-metrics aggregate --query examples/yesterday.json'],
    );
    const result = await (await product.client.start(product.request())).result();
    const after = await look();
    assert.deepEqual(
      after.series.map((each) => [each.org, each.series, each.completeUpTo]),
      [[org, result.series, '2026-11-08T00:00:00Z']],
    );
    assert.deepEqual(
      after.organisations.map((each) => each.org),
      [org],
    );
    assert.match(after.next[0]?.command ?? '', /schedules create nightly/);
    const windows = { source: 'analytics', series: result.series, destination: 'bi', timeZone: 'UTC', settleMs: 0 };
    const daily = { ...windows, org, every: 'day', at: '05:00', relative: 'yesterday' } as const;
    const created = Date.now() - 5 * 86_400_000;
    await product.records.expectations.note(
      { scheduleId: 'nightly', createdMs: created, windows: [daily] },
      created,
      PATIENCE,
    );
    await product.temporal.workflow.execute('watchSchedules', {
      workflowId: `watch-${org}`,
      taskQueue: product.env['TASK_QUEUE'] ?? '',
    });
    const late = await look();
    assert.ok(late.late.length >= 1);
    assert.ok(late.alerts.some(({ event }) => event === 'window.late'));
    assert.deepEqual(
      late.next.map(({ command }) => command),
      ['journey-metrics alerts list --open', 'journey-metrics schedules list', 'journey-metrics windows fill'],
    );
    const states = async (env: Product['env']): Promise<readonly (readonly string[])[]> => {
      const gateway = await startGateway(t, { ...product, env });
      const answers = [
        JSON.parse((await cli(['windows', '--json'], env)).stdout) as readonly SeriesCoverage[],
        ((await gateway.send('GET', '/windows')).json as { coverage: readonly SeriesCoverage[] }).coverage,
      ];
      return answers.map((coverage) => coverage.flatMap(({ windows: all }) => all.map(({ state }) => state)));
    };
    for (const found of await states(product.env)) assert.ok(found.includes('late'));
    const patient = { ...product.env, ALERTS_FILE: join(product.home, 'alerts.json') };
    await writeFile(patient.ALERTS_FILE, JSON.stringify({ lateAfter: '30 days' }));
    for (const found of await states(patient)) assert.ok(!found.includes('late'), 'as the file of alerts says');
    const { stdout } = await cli([], product.env);
    assert.match(
      stdout,
      /Organisations\n {2}org-.*\n\nSeries\n.*complete up to .*\n\nLate\n.*\n[^]*Open alerts\n[^]*Next\n/,
    );
    await product.stop();
  });

  test('a schedule whose runs fail is paused in Temporal, and says so', async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'journey-metrics-status-'));
    t.after(() => rm(folder, { recursive: true, force: true }));
    const file = join(folder, 'alerts.json');
    await writeFile(file, JSON.stringify({ pauseAfter: { day: 2 } }));
    const product = await suite.product({ env: { ALERTS_FILE: file } });
    const { records, client, env } = product;
    const org = env['CXONE_ORG_ID'] ?? '';
    const id = `nightly-${org}`;
    const { metric, dimension } = product.request().query;
    const request = { org, query: { metric, dimension }, window: { relative: 'yesterday' } };
    await client.schedules.create({ id, request, timeZone: 'UTC', at: '00:00' });
    const [facts] = await until(
      'the schedule in the records',
      () => records.coverage.read({}, PATIENCE),
      (all) => all.length === 1,
    );
    assert.ok(facts?.expectations[0]);
    // As if it had been there for days.
    const nowMs = Date.now();
    await records.expectations.retire(id, nowMs, PATIENCE);
    const windows = [{ ...facts, ...facts.expectations[0] }];
    await records.expectations.note(
      { scheduleId: id, createdMs: nowMs - 9 * DAY_MS, windows },
      nowMs - 4 * DAY_MS,
      PATIENCE,
    );
    for (const days of [3, 2, 1]) {
      const [from = '', to = ''] = [days, days - 1].map(
        (n) => `${new Date(nowMs - n * DAY_MS).toISOString().slice(0, 10)}T00:00:00Z`,
      );
      const window = { from, to, timeZone: 'UTC', label: from.slice(0, 10) };
      const run = { org, series: facts.series, window, runKey: `run-${from}`, workflowId: `run-${from}` };
      await records.runs.open(
        aRun({ ...run, deliveryId: `delivery-${from}`, destination: facts.destination }),
        PATIENCE,
      );
      await records.audit.append(
        run.runKey,
        anEntry({ ...run, status: 'failed', failureType: 'Unauthorized' }),
        PATIENCE,
      );
    }
    const workflow = { workflowId: `watch-${org}`, taskQueue: env['TASK_QUEUE'] ?? '' };
    for (let n = 0; n < 2; n += 1) await product.temporal.workflow.execute('watchSchedules', workflow);
    const shown = await cli(['schedules', 'show', id], env);
    assert.match(shown.stdout, /paused\n[^]*note +paused by the worker: its last 3 runs failed \(Unauthorized\)/);
    const alerts = await records.alerts.list({ limit: 9, event: 'schedule.paused' }, PATIENCE);
    assert.deepEqual(
      alerts.map(({ about }) => about.schedule),
      [id],
    );
    await client.schedules.resume(id);
    await product.temporal.workflow.execute('watchSchedules', workflow);
    assert.equal((await client.schedules.show(id)).paused, false, 'failures count from the pause on');
    await product.stop();
  });
});
