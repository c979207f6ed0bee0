import assert from 'node:assert/strict';
import { suite, test, type TestContext } from 'node:test';
import { findLate } from '../../../src/activities/alerts/find-late.js';
import { pauseFailing } from '../../../src/activities/alerts/pause-failing.js';
import type { Alert, AlertRules, ExpectedWindows, RunRecord, StandingSchedule } from '../../../src/ports/index.js';
import type { Records } from '../../../src/records/open-records.js';
import {
  ACKNOWLEDGED,
  aClaim,
  anEntry,
  aRun,
  openFor,
  parts,
  PATIENCE,
  postgresWithRecords,
} from '../../support/records/records.js';
import { runActivity } from '../../support/run-activity.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Midnight in Berlin, on the day on which the schedule was created. */
const CREATED = Date.parse('2026-11-01T00:00:00+01:00');
const NIGHTLY: ExpectedWindows = {
  org: 'acme',
  source: 'analytics',
  series: '0123456789abcdef',
  destination: 'bi',
  timeZone: 'Europe/Berlin',
  every: 'day',
  at: '05:00',
  relative: 'yesterday',
  settleMs: 0,
};

interface Day {
  readonly records: Records;
  /** What Temporal has; changed by the test, and by the product when it pauses one. */
  readonly schedules: Map<string, StandingSchedule>;
  /** Pauses that the product made. */
  readonly pauses: string[];
  look(at: string | number): Promise<void>;
  pause(at: string | number): Promise<void>;
  alerts(): Promise<readonly string[]>;
  all(): Promise<readonly Alert[]>;
  /** A run of the window of a day, from its record to its entry. Without an outcome it is under way. */
  run(day: string, outcome?: 'completed' | 'failed' | 'undelivered'): Promise<void>;
}

suite('what schedules should have read', () => {
  const postgres = postgresWithRecords();

  const begin = async (
    t: TestContext,
    { windows = {}, rules = {} }: { windows?: Partial<ExpectedWindows>; rules?: Partial<AlertRules> } = {},
  ): Promise<Day> => {
    let nowMs = CREATED;
    const records = await openFor(t, await postgres.database(), { now: () => nowMs });
    const expected = { ...NIGHTLY, ...windows };
    await records.expectations.note(
      { scheduleId: 'nightly', createdMs: CREATED, windows: [expected] },
      CREATED,
      PATIENCE,
    );
    const schedule: StandingSchedule = {
      ...{ id: 'nightly', createdMs: CREATED, every: expected.every, at: expected.at, timeZone: expected.timeZone },
      ...{ paused: false, note: null, request: { org: 'acme', query: { metric: ['m'] } } },
    };
    const schedules = new Map([['nightly', schedule]]);
    const pauses: string[] = [];
    const directory = {
      // eslint-disable-next-line @typescript-eslint/require-await -- as Temporal lists them
      async *standing() {
        yield* schedules.values();
      },
      pause: (id: string, note: string): Promise<void> => {
        pauses.push(id);
        const found = schedules.get(id);
        if (found) schedules.set(id, { ...found, paused: true, note });
        return Promise.resolve();
      },
    };
    const { audit, alerts, coverage } = records;
    const receivers = {
      rules: { lateAfterMs: 2 * HOUR_MS, pauseAfter: { hour: 24, day: 7, week: 4, month: 3 }, ...rules } as const,
    };
    const deps = { ambient: { now: () => nowMs, random: () => 0.5 }, audit, alerts, coverage, receivers };
    const look = findLate({ ...deps, scheduleDirectory: directory });
    const pause = pauseFailing({ ...deps, schedules: directory });
    const set = (at: string | number): void => {
      nowMs = typeof at === 'number' ? at : Date.parse(at);
    };
    const all = (): ReturnType<typeof records.alerts.list> => records.alerts.list({ limit: 1_000 }, PATIENCE);
    return {
      ...{ records, schedules, pauses },
      look: async (at) => {
        set(at);
        await runActivity(() => look(), undefined);
      },
      pause: async (at) => {
        set(at);
        await runActivity(() => pause(), undefined);
      },
      all,
      async alerts() {
        const found = await all();
        return found.map(({ event, about }) => `${event} ${about.window?.label ?? ''}`.trim()).toReversed();
      },
      run: (day, outcome) => runOf(records, day, outcome),
    };
  };

  test('is late two hours after it was due, once, however often one looks', async (t) => {
    const day = await begin(t);
    await day.look('2026-11-02T06:59:00+01:00');
    assert.deepEqual(await day.alerts(), ['window.late 2026-10-31'], 'of the start on the day of its creation');
    for (const minute of ['01', '06', '11']) await day.look(`2026-11-02T07:${minute}:00+01:00`);
    assert.deepEqual(await day.alerts(), ['window.late 2026-10-31', 'window.late 2026-11-01']);
  });

  test('has recovered once it is there, and is told so once', async (t) => {
    const day = await begin(t);
    await day.look('2026-11-01T08:00:00+01:00');
    await day.run('2026-10-31', 'completed');
    for (const minute of ['05', '10']) await day.look(`2026-11-01T08:${minute}:00+01:00`);
    assert.deepEqual(await day.alerts(), ['window.late 2026-10-31', 'window.recovered 2026-10-31']);
    assert.deepEqual(await day.records.alerts.list({ limit: 9, isOpen: true }, PATIENCE), []);
  });

  test('that is there in time, or whose run has failed, is not late; one that is under way is', async (t) => {
    const day = await begin(t);
    await day.run('2026-10-31', 'completed');
    await day.run('2026-11-01', 'failed');
    await day.run('2026-11-02', 'undelivered');
    await day.run('2026-11-03');
    await day.look('2026-11-04T09:00:00+01:00');
    const late = (await day.all()).filter(({ event }) => event === 'window.late');
    assert.deepEqual(
      late.map(({ about }) => about.window?.label),
      ['2026-11-03'],
    );
    assert.match(late[0]?.what ?? '', /its run run-2026-11-03 has not ended/);
  });

  test('is found where the schedule is paused, was deleted outside, or started nothing, and the alert says which', async (t) => {
    const day = await begin(t);
    const said = async (): Promise<string> => (await day.all())[0]?.what ?? '';
    await day.look('2026-11-01T08:00:00+01:00');
    assert.match(await said(), /the schedule nightly has started no run/);
    const [standing] = day.schedules.values();
    assert.ok(standing);
    day.schedules.set('nightly', { ...standing, paused: true, note: 'BI moves house' });
    await day.look('2026-11-02T08:00:00+01:00');
    assert.match(await said(), /the schedule nightly is paused \(BI moves house\)/);
    day.schedules.clear();
    await day.look('2026-11-03T08:00:00+01:00');
    assert.match(await said(), /the schedule nightly is not in Temporal any more/);
    assert.equal((await day.all()).length, 3);
  });

  test('is expected no more once a person retired the schedule, and what was late of it is over', async (t) => {
    const day = await begin(t);
    await day.look('2026-11-01T08:00:00+01:00');
    await day.records.expectations.retire('nightly', Date.parse('2026-11-01T12:00:00+01:00'), PATIENCE);
    await day.look('2026-11-05T08:00:00+01:00');
    assert.deepEqual(await day.alerts(), ['window.late 2026-10-31']);
    assert.deepEqual(await day.records.alerts.list({ limit: 9, isOpen: true }, PATIENCE), []);
  });

  test('of an hourly schedule over a day without a worker is found whole, and told twice', async (t) => {
    const day = await begin(t, { windows: { every: 'hour', at: ':05', relative: 'today-so-far', timeZone: 'UTC' } });
    await day.look(CREATED + DAY_MS + 2 * HOUR_MS);
    const late = (await day.all()).filter(({ event }) => event === 'window.late');
    assert.ok(late.length >= 22, `${late.length} hours`);
    assert.deepEqual(
      late
        .filter(({ told }) => told)
        .map(({ number }) => number)
        .toSorted((a, b) => a - b),
      [1, 10],
    );
    assert.equal(new Set(late.map(({ id }) => id)).size, late.length);
  });

  test('is late after its settling and the time that configuration allows', async (t) => {
    const rules = { lateAfterMs: HOUR_MS };
    const day = await begin(t, { windows: { settleMs: 8 * HOUR_MS }, rules });
    await day.look('2026-11-01T08:59:00+01:00');
    assert.deepEqual(await day.alerts(), []);
    await day.look('2026-11-01T09:00:00+01:00');
    assert.deepEqual(await day.alerts(), ['window.late 2026-10-31']);
  });

  const failDays = async (day: Day, from: number, count: number): Promise<void> => {
    for (let n = 0; n < count; n += 1) await day.run(dayOf(from + n), 'failed');
  };

  test('a schedule whose last seven runs failed is paused once: by its note, the audit trail and an alert', async (t) => {
    const day = await begin(t);
    await failDays(day, -1, 6);
    await day.pause(CREATED + 6 * DAY_MS);
    assert.deepEqual(day.pauses, []);
    await failDays(day, 5, 1);
    for (const hour of [0, 1, 2]) await day.pause(CREATED + 6 * DAY_MS + (7 + hour) * HOUR_MS);
    assert.deepEqual(day.pauses, ['nightly']);
    assert.match(
      day.schedules.get('nightly')?.note ?? '',
      /its last 7 runs failed \(Unauthorized\).*schedules resume nightly/,
    );
    const paused = (await day.all()).filter(({ event }) => event === 'schedule.paused');
    assert.deepEqual(
      paused.map(({ about }) => about.schedule),
      ['nightly'],
    );
    const entries = await day.records.auditLog.list({ limit: 99 }, PATIENCE);
    assert.deepEqual(
      entries.filter(({ kind }) => kind === 'paused').map(({ workflowId }) => workflowId),
      ['schedule-paused-nightly'],
    );
    assert.equal((await day.records.auditLog.verify({}, PATIENCE)).ok, true);
  });

  test('a worker that died after the pause and before its record: the next one records it', async (t) => {
    const day = await begin(t);
    await failDays(day, -1, 7);
    const [standing] = day.schedules.values();
    assert.ok(standing);
    day.schedules.set('nightly', { ...standing, paused: true, note: 'paused by the worker: its last 7 runs failed' });
    await day.pause(CREATED + 7 * DAY_MS);
    assert.deepEqual(day.pauses, []);
    assert.equal((await day.all()).filter(({ event }) => event === 'schedule.paused').length, 1);
  });

  test('a pause by a person is left alone; after a resume failures count from there on', async (t) => {
    const day = await begin(t);
    await failDays(day, -1, 7);
    const [standing] = day.schedules.values();
    assert.ok(standing);
    day.schedules.set('nightly', { ...standing, paused: true, note: 'BI moves house' });
    await day.pause(CREATED + 7 * DAY_MS);
    assert.deepEqual([day.pauses, (await day.all()).some(({ event }) => event === 'schedule.paused')], [[], false]);
    day.schedules.set('nightly', standing);
    await day.pause(CREATED + 7 * DAY_MS);
    assert.deepEqual(day.pauses, ['nightly']);
    day.schedules.set('nightly', standing);
    await failDays(day, 6, 6);
    await day.pause(CREATED + 13 * DAY_MS);
    assert.deepEqual(day.pauses, ['nightly']);
    await failDays(day, 12, 1);
    await day.pause(CREATED + 14 * DAY_MS);
    assert.deepEqual(day.pauses, ['nightly', 'nightly']);
  });

  test('one run with figures, undelivered ones, and the word never keep a schedule going', async (t) => {
    const day = await begin(t);
    await failDays(day, -1, 4);
    await day.run(dayOf(3), 'completed');
    await failDays(day, 4, 4);
    await day.pause(CREATED + 9 * DAY_MS);
    const undelivered = await begin(t);
    for (let n = -1; n < 9; n += 1) await undelivered.run(dayOf(n), 'undelivered');
    await undelivered.pause(CREATED + 10 * DAY_MS);
    const never = await begin(t, { rules: { pauseAfter: { hour: 24, day: 'never', week: 4, month: 3 } } });
    await failDays(never, -1, 20);
    await never.pause(CREATED + 30 * DAY_MS);
    assert.deepEqual([day.pauses, undelivered.pauses, never.pauses], [[], [], []]);
  });
});

/** Days after the one on which the schedule was created: -1 is the first that it reads. */
function dayOf(n: number): string {
  return new Date(CREATED + n * DAY_MS + 12 * HOUR_MS).toISOString().slice(0, 10);
}

async function runOf(
  records: Records,
  day: string,
  outcome: 'completed' | 'failed' | 'undelivered' | undefined,
): Promise<void> {
  const from = Date.parse(`${day}T00:00:00+01:00`);
  const text = (ms: number): string => new Date(ms).toISOString().replace('.000', '');
  const window = { from: text(from), to: text(from + DAY_MS), timeZone: 'Europe/Berlin', label: day };
  const ids = { runKey: `run-${day}`, workflowId: `run-${day}`, deliveryId: `delivery-${day}` };
  const run: RunRecord = aRun({ ...ids, window, startedAt: text(from + DAY_MS + 5 * HOUR_MS) });
  await records.runs.open(run, PATIENCE);
  if (outcome === undefined) return;
  const { deliveryId, runKey } = ids;
  const timestamp = text(from + DAY_MS + 6 * HOUR_MS);
  if (outcome === 'completed') {
    await records.ledger.claim(aClaim({ ...ids, window, at: timestamp }), PATIENCE);
    const made = parts(1).map((part) => ({ ...part, partId: `${runKey}-part` }));
    await records.ledger.fixParts({ deliveryId, revision: 1 }, made, PATIENCE);
    await records.ledger.recordAnswer(
      { deliveryId, revision: 1, part: 0, runKey, attempt: 1 },
      ACKNOWLEDGED,
      timestamp,
      PATIENCE,
    );
  }
  const failureType = outcome === 'failed' ? 'Unauthorized' : null;
  await records.audit.append(runKey, anEntry({ ...ids, window, timestamp, status: outcome, failureType }), PATIENCE);
}
