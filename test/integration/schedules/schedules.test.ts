import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { DateTime } from 'luxon';
import { checkSchedules } from '../../../src/cli/doctor/schedules.js';
import type { ScheduleInput, ScheduleWithRuns, Schedules } from '../../../src/client.js';
import { SCHEDULED_START } from '../../../src/contract/search-attributes.js';
import { startSuite, type Product, type Suite } from '../../support/product.js';
import { until } from '../../support/until.js';

describe('schedules, on a real server', () => {
  let suite: Suite;
  let product: Product;
  let schedules: Schedules;
  before(async () => {
    suite = await startSuite();
    product = await suite.product({ simulator: { cxone: { data: { rows: 24 } } } });
    ({ schedules } = product.client);
  });
  after(async () => {
    await product.stop();
    await suite.stop();
  });

  const yesterday = (timeZone: string): ScheduleInput['request'] => ({
    query: { metric: ['journeyCompletionRate'], dimension: ['journeyId'] },
    window: { relative: 'yesterday', timeZone },
  });
  const queue = (): string => product.env['TASK_QUEUE'] ?? '';
  const raw = (id: string, change: object = {}): Parameters<typeof product.temporal.schedule.create>[0] => ({
    scheduleId: id,
    // As docs/operations.md says that it is typed into the UI.
    spec: { cronExpressions: ['TZ=Europe/Berlin 15 3 * * *'] },
    action: {
      type: 'startWorkflow',
      workflowType: 'aggregateJourneyMetrics',
      taskQueue: queue(),
      args: [yesterday('Europe/Berlin')],
    },
    ...change,
  });
  /** All that can be done to one. */
  const acts = (id: string): (() => Promise<unknown>)[] => [
    () => schedules.show(id),
    () => schedules.update(id, { at: '06:00' }),
    () => schedules.pause(id),
    () => schedules.resume(id),
    () => schedules.trigger(id),
    () => schedules.backfill(id, { from: '2026-03-01', to: '2026-03-02' }),
    () => schedules.delete(id),
  ];
  /** The schedule, once it has started so many runs and all have ended. */
  const ran = (id: string, runs: number): Promise<ScheduleWithRuns> =>
    until(
      `${runs} runs of ${id}`,
      () => schedules.show(id),
      (shown) => shown.runs.length === runs && shown.runs.every(({ state }) => state !== 'running'),
    );

  it('are made, listed, shown, changed, paused, resumed and deleted', async () => {
    const made = await schedules.create({ id: 'nightly', request: yesterday('Europe/Berlin'), note: 'for finance' });
    assert.deepEqual(
      [made.every, made.at, made.timeZone, made.overlap, made.jitter, made.catchUp, made.lookback, made.note],
      ['day', '05:00', 'Europe/Berlin', 'ALLOW_ALL', '5 minutes', '30 days', 1, 'for finance'],
    );
    assert.deepEqual([made.paused, made.started, made.missed, made.skipped], [false, 0, 0, 0]);
    const next = made.nextTimes.map((time) => DateTime.fromISO(time, { zone: 'Europe/Berlin' }));
    assert.equal(next.length, 5);
    next.forEach((time, index) => {
      assert.ok(time.hour === 5 && time.minute < 5, time.toISO() ?? '');
      assert.equal(time.toISODate(), next[0]?.plus({ days: index }).toISODate());
    });
    const listed = await until(
      'the schedule in the list',
      () => schedules.list(),
      (list) => list.some(({ id }) => id === 'nightly'),
    );
    assert.deepEqual(
      listed.find(({ id }) => id === 'nightly'),
      made,
    );
    assert.deepEqual(await schedules.show('nightly'), { ...made, runs: [] });

    const changed = await schedules.update('nightly', { at: '06:30', lookback: 3 });
    assert.deepEqual([changed.at, changed.lookback, changed.note], ['06:30', 3, 'for finance']);
    assert.equal(DateTime.fromISO(changed.nextTimes[0] ?? '', { zone: 'Europe/Berlin' }).hour, 6);
    const back = await schedules.update('nightly', { at: '05:00', lookback: 1 });
    assert.deepEqual(back, { ...made, nextTimes: back.nextTimes });
    const { action } = await product.temporal.schedule.getHandle('nightly').describe();
    assert.deepEqual([action.workflowType, action.workflowId], ['aggregateJourneyMetrics', `journey-${made.request.org ?? ''}-nightly`]); // prettier-ignore

    const paused = await schedules.pause('nightly');
    assert.deepEqual([paused.paused, paused.note, paused.nextTimes], [true, 'paused by test', []]);
    const resumed = await schedules.resume('nightly', 'BI is back');
    assert.deepEqual([resumed.paused, resumed.note, resumed.nextTimes.length], [false, 'BI is back', 5]);
    await schedules.delete('nightly');
    await assert.rejects(schedules.show('nightly'), { type: 'ScheduleNotFound' });
  });

  it('of one name is one: a second is refused, and the first stays what it is', async () => {
    const made = await schedules.create({ id: 'only', request: yesterday('UTC'), paused: true });
    await assert.rejects(schedules.create({ id: 'only', request: yesterday('Asia/Tokyo') }), {
      type: 'ScheduleExists',
    });
    const { runs, ...shown } = await schedules.show('only');
    assert.deepEqual(shown, made);
  });

  it('that nobody made are not found, whatever is asked of them', async () => {
    for (const act of acts('nobody')) await assert.rejects(act(), { type: 'ScheduleNotFound', message: /nobody/ });
  });

  it('of somebody else are refused, and nothing is changed', async () => {
    const { schedule } = product.temporal;
    const elsewhere = { ...raw('elsewhere').action, taskQueue: 'another-queue' };
    const another = { ...raw('another-type').action, workflowType: 'reconcileAudit' };
    await schedule.create(raw('elsewhere', { action: elsewhere }));
    await schedule.create(raw('another-type', { action: another }));
    for (const id of ['elsewhere', 'another-type']) {
      const { raw: first } = await schedule.getHandle(id).describe();
      for (const act of acts(id)) await assert.rejects(act(), { type: 'ScheduleNotOurs' });
      const { raw: last } = await schedule.getHandle(id).describe();
      assert.deepEqual([last.schedule, last.info], [first.schedule, first.info]);
      await schedule.getHandle(id).delete();
    }
  });

  it('that are refused are not made', async () => {
    const request = yesterday('Europe/Berlin');
    await assert.rejects(schedules.create({ id: 'refused', request, at: '02:30' }), { type: 'InvalidRequest' });
    await assert.rejects(schedules.create({ id: 'refused', request: yesterday('europe/berlin') }), {
      type: 'InvalidRequest',
      message: /timeZone: Temporal refuses these times/,
    });
    await assert.rejects(schedules.show('refused'), { type: 'ScheduleNotFound' });
  });

  it('that are triggered read the window of that moment, also when they are paused', async () => {
    await schedules.create({ id: 'now', request: yesterday('Asia/Kolkata'), paused: true });
    await schedules.trigger('now');
    const [run] = (await ran('now', 1)).runs;
    assert.deepEqual([run?.state, run?.outcome], ['completed', 'completed']);
    const { workflowId } = run ?? assert.fail('there is one');
    const { typedSearchAttributes } = await product.temporal.workflow.getHandle(workflowId).describe();
    const nominal = typedSearchAttributes.get(SCHEDULED_START) ?? assert.fail('it has a nominal time');
    const today = DateTime.fromJSDate(nominal, { zone: 'Asia/Kolkata' }).startOf('day');
    const { window } = await product.client.run(workflowId).result();
    assert.deepEqual(
      [Date.parse(window.from), Date.parse(window.to)],
      [today.minus({ days: 1 }).toMillis(), today.toMillis()],
    );
    const [entry] = await product.records.auditLog.list({ limit: 1 }, AbortSignal.timeout(10_000));
    assert.equal(entry?.requester, 'schedule now');
  });

  it('with lookback start a backfill, a run for each window', async () => {
    await schedules.create({ id: 'restated', request: yesterday('Europe/Berlin'), lookback: 3, paused: true });
    await schedules.trigger('restated');
    const [run] = (await ran('restated', 1)).runs;
    assert.deepEqual([run?.state, run?.outcome], ['completed', 'completed']);
    const { slices, range } = await product.client.backfills.get(run?.workflowId ?? '').result();
    assert.deepEqual([slices.total, slices.completed + slices.unchanged], [3, 3]);
    const days = DateTime.fromISO(range.to).diff(DateTime.fromISO(range.from), 'days').days;
    assert.ok(Math.abs(days - 3) < 0.1, `${days} days`);
  });

  it('that are paused start nothing while their times pass', async () => {
    await schedules.create({ id: 'still', request: yesterday('UTC'), jitter: '0 s' });
    const handle = product.temporal.schedule.getHandle('still');
    await handle.update(({ policies, action, state }) => ({
      spec: { intervals: [{ every: '1 s' }] },
      policies,
      action,
      state,
    }));
    await until(
      'its first start',
      () => schedules.show('still'),
      ({ started }) => started > 0,
    );
    const { started } = await schedules.pause('still');
    const until3s = Date.now() + 3_000;
    await until('three times to pass', Date.now, (now) => now > until3s);
    const later = await schedules.show('still');
    assert.deepEqual([later.paused, later.started, later.every, later.at], [true, started, null, null]);
    await schedules.delete('still');
    await until(
      'the end of its runs',
      () => product.client.list(),
      (runs) => runs.every(({ state }) => state !== 'running'),
    );
  });

  it('made by hand that would skip are found by doctor, and an update mends them', async () => {
    const { schedule } = product.temporal;
    await schedule.create(raw('by-hand', { policies: { overlap: 'SKIP', catchupWindow: '1 minute' } }));
    const check = (): ReturnType<typeof checkSchedules> => checkSchedules(product.temporal, queue(), Date.now());
    const found = await until('doctor to find it', check, ({ status }) => status === 'warn');
    assert.match(found.found, /by-hand: a window is never read .* SKIP.*by-hand: starts missed for more than 1 minute/);
    assert.match(found.remedy ?? '', /schedules update/);
    const { runs, ...before } = await schedules.show('by-hand');
    assert.deepEqual(
      [before.every, before.at, before.timeZone, before.jitter, before.overlap, runs],
      ['day', '03:15', 'Europe/Berlin', '0 s', 'SKIP', []],
    );
    const mended = await schedules.update('by-hand', { catchUp: '30 days' });
    const { nextTimes, request } = mended;
    assert.deepEqual(mended, { ...before, overlap: 'ALLOW_ALL', catchUp: '30 days', nextTimes, request });
    assert.equal(mended.request.org, product.env['CXONE_ORG_ID'], 'the request is checked, and complete');
    assert.equal((await check()).status, 'ok');
    await schedules.delete('by-hand');
  });
});
