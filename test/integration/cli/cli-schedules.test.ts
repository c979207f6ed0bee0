import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { ScheduleDescription, ScheduleWithRuns } from '../../../src/client.js';
import { cli, closedAddress, type CliEnd } from '../../support/cli/cli.js';
import { startSuite, type Product, type Suite } from '../../support/product.js';
import { until } from '../../support/until.js';

const REQUEST = {
  query: { metric: ['journeyCompletionRate'], dimension: ['journeyId'] },
  window: { relative: 'yesterday', timeZone: 'Europe/Berlin' },
};

function json({ stdout }: CliEnd): unknown {
  return JSON.parse(stdout);
}

function typeOf(end: CliEnd): string {
  return (json(end) as { error: { type: string } }).error.type;
}

describe('journey-metrics schedules', () => {
  let suite: Suite;
  let product: Product;
  let run: (...args: readonly string[]) => Promise<CliEnd>;
  before(async () => {
    suite = await startSuite();
    product = await suite.product({ simulator: { cxone: { data: { rows: 24 } } } });
    run = (...args) =>
      cli(['schedules', ...args], { ...product.env, JOURNEY_METRICS_REQUESTER: 'ida@desk' }, JSON.stringify(REQUEST));
  });
  after(async () => {
    await product.stop();
    await suite.stop();
  });

  it('makes one by one command, shows it in its zone, changes, pauses, resumes and deletes it', async () => {
    const made = await run('create', 'nightly', '--query', '-', '--lookback', '3', '--note', 'for finance');
    assert.deepEqual([made.code, made.stderr], [0, '']);
    assert.match(
      made.stdout,
      /^nightly was made: every day at 05:00, Europe\/Berlin; next: \w{3} \d{4}-\d\d-\d\d 05:0[0-4] \(in \d+ \w+\)\n$/,
    );
    const shown = await run('show', 'nightly');
    assert.match(shown.stdout, /^nightly\nreads +yesterday and 2 before: journeyCompletionRate by journeyId\n/);
    assert.match(
      shown.stdout,
      /\ntimes +every day at 05:00, Europe\/Berlin\nnext +(\w{3} \S+ 05:0[0-4]( \(in \d+ \w+\))?(, )?){5}\n/,
    );
    assert.match(
      shown.stdout,
      /\npolicies +starts up to 5 minutes late \(jitter\); missed starts run up to 30 days late\n/,
    );
    assert.match(shown.stdout, /\nso far +0 started, 0 missed, 0 skipped\nnote +for finance\n$/);

    const updated = json(await run('update', 'nightly', '--at', '06:30', '--json')) as ScheduleDescription;
    assert.deepEqual([updated.at, updated.lookback, updated.note], ['06:30', 3, 'for finance']);
    const paused = await run('pause', 'nightly');
    assert.equal(paused.stdout, 'nightly was paused: every day at 06:30, Europe/Berlin\n');
    const list = await until(
      'the schedule in the list',
      () => run('list'),
      ({ stdout }) => stdout.includes('nightly'),
    );
    assert.match(list.stdout, /^SCHEDULE +READS +TIMES +NEXT +NOTE\nnightly +yesterday and 2 before +every day at 06:30, Europe\/Berlin +paused +paused by ida@desk\n/); // prettier-ignore
    const resumed = json(await run('resume', 'nightly', '--note', 'BI is back', '--json')) as ScheduleDescription;
    assert.deepEqual([resumed.paused, resumed.note], [false, 'BI is back']);
    assert.deepEqual(json(await run('delete', 'nightly', '--json')), { id: 'nightly', deleted: true });
    const gone = await run('show', 'nightly', '--json');
    assert.deepEqual([gone.code, typeOf(gone)], [1, 'ScheduleNotFound']);
    assert.match(gone.stderr, /^journey-metrics: Temporal has no schedule nightly\n$/);
  });

  it('waits for the horizon of journeys and reads their windows again until the longest has passed, unless told', async () => {
    const contacts = {
      CXONE_ACCESS_KEY_ID: 'id====',
      CXONE_ACCESS_KEY_SECRET: 'key====',
      CXONE_ISSUER: 'https://cxone.invalid',
    };
    const create = async (id: string, request: object, ...args: readonly string[]): Promise<ScheduleDescription> => {
      const env = { ...product.env, ...contacts };
      const end = await cli(['schedules', 'create', id, '-q', '-', '--json', ...args], env, JSON.stringify(request));
      assert.equal(end.code, 0, end.stderr);
      return json(end) as ScheduleDescription;
    };
    const daily = await create('journeys', REQUEST);
    assert.deepEqual([daily.request.window?.settle, daily.lookback], ['270 minutes', 8]);
    const told = { ...REQUEST, window: { ...REQUEST.window, settle: '1 hour' } };
    const given = await create('journeys-told', told, '--lookback', '2');
    assert.deepEqual([given.request.window?.settle, given.lookback], ['1 hour', 2]);
    const weekly = await create('journeys-weekly', { ...REQUEST, window: { relative: 'previous-week' } });
    assert.equal(weekly.lookback, 2);
    for (const id of ['journeys', 'journeys-told', 'journeys-weekly']) await run('delete', id);
  });

  it('starts one now, and those of a range that is over, and shows the runs', async () => {
    const made = await run('create', 'filled', '-q', '-', '--paused', '--jitter', '0 s', '--json');
    const keys = ['id', 'request', 'every', 'at', 'timeZone', 'lookback', 'jitter', 'catchUp', 'paused', 'note'];
    assert.deepEqual(Object.keys(json(made) as object), [
      ...keys,
      ...['nextTimes', 'started', 'missed', 'skipped', 'overlap', 'createdAt'],
    ]);
    assert.deepEqual(json(await run('trigger', 'filled', '--json')), { id: 'filled', triggered: true });
    const filled = await run('backfill', 'filled', '--from', '2025-03-30', '--to', '2025-04-01', '--json');
    assert.deepEqual(json(filled), { id: 'filled', times: ['2025-03-30T03:00:00Z', '2025-03-31T03:00:00Z'] });
    const { runs } = await until(
      'three runs that have ended',
      async () => json(await run('show', 'filled', '--json')) as ScheduleWithRuns,
      (shown) => shown.runs.length === 3 && shown.runs.every(({ state }) => state === 'completed'),
    );
    assert.deepEqual(Object.keys(runs[0] ?? {}).slice(0, 4), ['workflowId', 'runId', 'state', 'outcome']);
    const { stdout } = await run('show', 'filled');
    assert.match(
      stdout,
      /\nRUN +STATE +FOUND +STARTED +TOOK +ID\n.* completed +\d+ rows.* +\d+ \w+ ago +\d+ \w+ +journey-\S+-filled-\S+\n/,
    );
    await run('delete', 'filled');
  });

  it('ends with 2 for what is wrong, before anybody is contacted, and names it', async () => {
    const env = { ...product.env, TEMPORAL_ADDRESS: await closedAddress() };
    const asked = (...args: readonly string[]): Promise<CliEnd> =>
      cli(['schedules', 'create', 'wrong', '-q', '-', ...args, '--json'], env, JSON.stringify(REQUEST));
    const ends = await Promise.all([
      asked('--at', '02:30'),
      asked('--time-zone', 'Mars/Olympus'),
      asked('--every', 'fortnight'),
      asked('--lookback', '0'),
      asked('--jitter', '2 hours'),
    ]);
    assert.deepEqual(
      ends.map((end) => [end.code, typeOf(end)]),
      [
        [2, 'InvalidRequest'],
        [2, 'InvalidRequest'],
        [2, 'InvalidUsage'],
        [2, 'InvalidUsage'],
        [2, 'InvalidRequest'],
      ],
    );
    assert.match(ends[0].stderr, /at: "02:30" does not exist once on every day: on \d{4}-03-\d\d .*use 05:00/);
  });

  it('leaves schedules of somebody else alone, and says whose they are', async () => {
    const action = { type: 'startWorkflow', workflowType: 'somebodyElses', taskQueue: 'theirs' } as const;
    await product.temporal.schedule.create({ scheduleId: 'theirs', spec: {}, action });
    const end = await run('delete', 'theirs', '--json');
    assert.deepEqual([end.code, typeOf(end)], [1, 'ScheduleNotOurs']);
    assert.match(end.stderr, /is not ours and was not changed: it starts somebodyElses on the task queue theirs/);
    await product.temporal.schedule.getHandle('theirs').describe();
    const list = await run('list', '--json');
    assert.deepEqual(json(list), []);
  });

  it('warns by doctor of one made by hand that would skip, and update mends it', async () => {
    await product.temporal.schedule.create({
      scheduleId: 'by-hand',
      spec: { cronExpressions: ['30 2 * * *'], timezone: 'Europe/Berlin' },
      action: {
        type: 'startWorkflow',
        workflowType: 'aggregateJourneyMetrics',
        taskQueue: product.env['TASK_QUEUE'] ?? '',
        args: [REQUEST],
      },
    });
    const doctor = async (): Promise<{ status: string; found: string }> => {
      const { checks } = json(await cli(['doctor', '--json'], product.env)) as { checks: { name: string; status: string; found: string }[] }; // prettier-ignore
      return checks.find(({ name }) => name === 'schedules') ?? assert.fail('doctor looks at schedules');
    };
    const { found } = await until('doctor to find it', doctor, ({ status }) => status === 'warn');
    assert.match(found, /by-hand: a window is never read .*SKIP.*by-hand: "02:30" does not exist once on every day/);
    const refused = await run('update', 'by-hand', '--json');
    assert.deepEqual([refused.code, typeOf(refused)], [2, 'InvalidRequest']);
    const mended = json(await run('update', 'by-hand', '--at', '05:00', '--json')) as ScheduleDescription;
    assert.deepEqual([mended.overlap, mended.at], ['ALLOW_ALL', '05:00']);
    assert.equal((await doctor()).status, 'ok');
    await run('delete', 'by-hand');
  });
});
