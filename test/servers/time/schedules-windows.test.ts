import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { msToTs } from '@temporalio/common/lib/time.js';
import { nominalTimes, type StartTimes } from '../../../src/calendar/nominal-times.js';
import type { AggregateResult, ScheduleInput } from '../../../src/client.js';
import { defineSchedule } from '../../../src/client/schedules/schedule-definition.js';
import { optionsOf } from '../../../src/client/schedules/schedule-spec.js';
import { readAt } from '../../../src/client/schedules/schedule-start.js';
import { startSuite, type Product, type Suite } from '../../support/product.js';
import { until } from '../../support/until.js';

const HOUR_MS = 3_600_000;

describe('the windows of scheduled runs', () => {
  let suite: Suite;
  before(async () => {
    suite = await startSuite();
  });
  after(() => suite.stop());

  const request = (relative: string, timeZone: string): ScheduleInput['request'] => ({
    query: { metric: ['journeyCompletionRate'], dimension: ['journeyId'], timeGroupBy: 'day' },
    window: { relative, timeZone },
  });
  /** What the runs of a schedule made, by the start of their windows. */
  const results = async (product: Product, id: string, runs: number): Promise<readonly AggregateResult[]> => {
    const shown = await until(
      `${runs} runs of ${id}`,
      () => product.client.schedules.show(id),
      (schedule) => schedule.runs.length === runs && schedule.runs.every(({ state }) => state === 'completed'),
    );
    const ended = await Promise.all(shown.runs.map(({ workflowId }) => product.client.run(workflowId).result()));
    return ended.sort((one, other) => one.window.from.localeCompare(other.window.from));
  };

  const changes = [
    { timeZone: 'Europe/Berlin', from: '2025-03-29', to: '2025-04-01', hours: [24, 24, 23], label: '2025-03-30' },
    { timeZone: 'Europe/Berlin', from: '2025-10-25', to: '2025-10-28', hours: [24, 24, 25], label: '2025-10-26' },
    { timeZone: 'Australia/Sydney', from: '2025-04-05', to: '2025-04-08', hours: [24, 24, 25], label: '2025-04-06' },
    { timeZone: 'Australia/Sydney', from: '2025-10-04', to: '2025-10-07', hours: [24, 24, 23], label: '2025-10-05' },
  ];
  it('are the calendar days that they stand for, where a range with a clock change is backfilled', async () => {
    const product = await suite.product({ simulator: { cxone: { data: { rows: 24 } } } });
    const { schedules } = product.client;
    const checked = changes.map(async ({ timeZone, from, to, hours, label }, index) => {
      const id = `change-${index}`;
      await schedules.create({ id, request: request('yesterday', timeZone), jitter: '1 hour', paused: true });
      assert.equal((await schedules.backfill(id, { from, to })).length, 3);
      const made = await results(product, id, 3);
      const windows = made.map(({ window }) => window);
      assert.deepEqual(
        windows.map((window) => (Date.parse(window.to) - Date.parse(window.from)) / HOUR_MS),
        hours,
      );
      assert.deepEqual([windows[2]?.label, windows[2]?.timeZone], [label, timeZone]);
      assert.deepEqual([windows[1]?.from, windows[2]?.from], [windows[0]?.to, windows[1]?.to], 'no gap between them');
      for (const { outcome, completeness, delivery, rows } of made) {
        assert.deepEqual([outcome, completeness.missingCount], ['completed', 0]);
        const received = product.simulator.receiver.windows().get(delivery.deliveryId);
        assert.equal(received?.rows.length, rows.delivered);
      }
    });
    await Promise.all(checked);
    await product.stop();
  });

  it('are each delivered once, when the same range is backfilled twice', async () => {
    const product = await suite.product({ simulator: { cxone: { data: { rows: 24 } } } });
    const { schedules } = product.client;
    await schedules.create({ id: 'twice', request: request('yesterday', 'UTC'), paused: true });
    const range = { from: '2025-06-02', to: '2025-06-04' };
    await schedules.backfill('twice', range);
    await results(product, 'twice', 2);
    await schedules.backfill('twice', range);
    const shown = await until(
      'four starts',
      () => schedules.show('twice'),
      ({ started, runs }) => started === 4 && runs.every(({ state }) => state === 'completed'),
    );
    assert.equal(shown.runs.length, 2, 'the same starts');
    const entries = await until(
      'four audit entries',
      () => product.records.auditLog.list({ limit: 10 }, AbortSignal.timeout(10_000)),
      ({ length }) => length === 4,
    );
    assert.deepEqual(entries.map(({ outcome }) => outcome).sort(), [
      'completed',
      'completed',
      'unchanged',
      'unchanged',
    ]);
    assert.equal(product.simulator.receiver.windows().size, 2);
    await product.stop();
  });

  it('stand for starts in a half-open range, also where jitter moves them', async () => {
    const product = await suite.product({ worker: false });
    const { schedules } = product.client;
    await schedules.create({ id: 'ends', request: request('yesterday', 'UTC'), jitter: '1 hour', paused: true });
    await schedules.create({ id: 'sharp', request: request('yesterday', 'UTC'), jitter: '0 s', paused: true });
    await schedules.create({ id: 'hours', request: request('today-so-far', 'UTC'), jitter: '1 hour', paused: true });
    const cases = [
      { id: 'ends', from: '2025-06-02T05:00', to: '2025-06-05T05:00', starts: 3 },
      { id: 'sharp', from: '2025-06-02T05:00', to: '2025-06-05T05:00', starts: 3 },
      { id: 'hours', from: '2025-06-02T05:05', to: '2025-06-02T14:05', starts: 9 },
    ];
    for (const { id, from, to, starts } of cases) {
      const times = await schedules.backfill(id, { from, to });
      assert.equal(times.length, starts);
      // A sharp number: one more would be started by the same tick of the schedule.
      const { started, runs } = await until(
        `the starts of ${id}`,
        () => schedules.show(id),
        (shown) => shown.started >= starts,
      );
      assert.equal(started, starts);
      const nominal = runs.map(({ workflowId }) => workflowId.replace(/^.*?(\d{4}-\d\d-\d\dT)/, '$1'));
      assert.deepEqual(nominal.sort(), times);
      for (const { workflowId } of runs) await product.temporal.workflow.getHandle(workflowId).terminate();
    }
    await product.stop();
  });

  it('are read when Temporal says so: its times are ours, over clock changes of all kinds', async () => {
    const product = await suite.product({ worker: false });
    const { schedule, workflowService } = product.temporal;
    const zones = ['Europe/Berlin', 'Australia/Sydney', 'Australia/Lord_Howe', 'America/St_Johns', 'Asia/Kolkata'];
    const times = ['hour :05', 'hour :45', 'day 05:00', 'day 23:59', 'week 05:00', 'month 05:00'] as const;
    for (const [index, timeZone] of zones.entries()) {
      for (const [number, time] of times.entries()) {
        const [every, at] = time.split(' ') as [StartTimes['every'], string];
        const definition = defineSchedule({ id: `agree-${index}-${number}`, request: request('yesterday', timeZone) }, { org: 'acme', destination: 'bi' }, Date.now()); // prettier-ignore
        const options = optionsOf({ ...definition, every, at, jitter: '0 s', paused: true }, { taskQueue: 'none', destination: 'bi' }); // prettier-ignore
        await schedule.create(options);
        for (const month of [2, 3, 9]) {
          const from = Date.UTC(2025, month, every === 'hour' ? 25 : 1, 12);
          const to = Date.UTC(2025, month + 1, 8, 12);
          const { startTime } = await workflowService.listScheduleMatchingTimes({
            namespace: 'default',
            scheduleId: options.scheduleId,
            startTime: msToTs(from - 1_000),
            endTime: msToTs(to),
          });
          assert.deepEqual(
            startTime.map(({ seconds }) => new Date(Number(seconds) * 1_000).toISOString()),
            ours({ every, at: readAt(at, every) ?? assert.fail('it is one'), timeZone }, from, to),
            `${time} ${timeZone} ${month}`,
          );
        }
      }
    }
    await product.stop();
  });
});

function ours(times: StartTimes, from: number, to: number): string[] {
  const texts: string[] = [];
  for (const instant of nominalTimes(times, from)) {
    if (instant > to) break;
    texts.push(new Date(instant).toISOString());
  }
  return texts;
}
