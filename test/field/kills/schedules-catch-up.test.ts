import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { SCHEDULED_START } from '../../../src/contract/search-attributes.js';
import { startSuite, type OwnSuite } from '../../support/product.js';
import { until } from '../../support/until.js';

const EVERY_MS = 2_000;
/** Longer than the shortest catch-up that Temporal knows, 10 s: with that one some would be missing. */
const AWAY_MS = 14_000;

describe('a schedule whose server was down', () => {
  let suite: OwnSuite;
  before(async () => {
    suite = await startSuite({ ownServers: 'Temporal is stopped for a while and killed' });
  });
  after(() => suite.stop());

  it('makes up for every start that it missed, each for the time that it stands for', async () => {
    const product = await suite.product({ simulator: { cxone: { data: { rows: 24 } } } });
    const { schedules } = product.client;
    const query = { metric: ['journeyCompletionRate'] };
    await schedules.create({ id: 'often', request: { query, window: { relative: 'yesterday' } }, jitter: '0 s' });
    const handle = product.temporal.schedule.getHandle('often');
    // Nights that a test can wait for; everything else is as it was made.
    await handle.update(({ policies, action, state }) => ({
      ...{ policies, action, state },
      spec: { intervals: [{ every: EVERY_MS }] },
    }));
    await until(
      'two starts',
      () => schedules.show('often'),
      ({ started }) => started >= 2,
    );

    const { pid = 0 } = suite.stack.temporal ?? {};
    // It would be started again at once: stopped, it is away for as long as the test wants.
    process.kill(pid, 'SIGSTOP');
    const awayFrom = Date.now();
    await until('some nights to pass', Date.now, (now) => now > awayFrom + AWAY_MS);
    process.kill(pid, 'SIGKILL');
    await until(
      'another server',
      () => suite.stack.temporal?.pid,
      (present) => present !== pid,
    );
    const isBack = Date.now();
    const started = async (): Promise<readonly number[]> => {
      const times: number[] = [];
      const query = `WorkflowType = 'aggregateJourneyMetrics' AND TaskQueue = '${product.env['TASK_QUEUE'] ?? ''}'`;
      for await (const { typedSearchAttributes } of product.temporal.workflow.list({ query })) {
        times.push(typedSearchAttributes.get(SCHEDULED_START)?.getTime() ?? assert.fail('a schedule started it'));
      }
      return times.sort((one, other) => one - other);
    };
    await until(
      'starts of times after it came back',
      () => started().catch(() => []),
      (times) => (times.at(-1) ?? 0) > isBack,
    );
    const { missed, skipped } = await schedules.pause('often');
    assert.deepEqual([missed, skipped], [0, 0]);

    const times = await started();
    const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    assert.deepEqual([...new Set(gaps)], [EVERY_MS], 'no time is missing, none was started twice');
    const meanwhile = times.filter((time) => time > awayFrom && time < awayFrom + AWAY_MS);
    assert.ok(meanwhile.length >= AWAY_MS / EVERY_MS - 1, `${meanwhile.length} while it was away`);
    const ended = await until(
      'the end of all runs',
      () => product.client.list({ limit: 100 }),
      (runs) => runs.every(({ state }) => state !== 'running'),
      120_000,
    );
    assert.deepEqual([...new Set(ended.map(({ state }) => state))], ['completed']);
    assert.equal(product.simulator.receiver.windows().size, 1, 'yesterday is one window, however often it is read');
    await product.stop();
  });
});
