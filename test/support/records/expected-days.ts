import type { TestContext } from 'node:test';
import { findLate } from '../../../src/activities/alerts/find-late.js';
import { pauseFailing } from '../../../src/activities/alerts/pause-failing.js';
import type { Alert, AlertRules, ExpectedWindows, RunRecord, StandingSchedule } from '../../../src/ports/index.js';
import type { Records } from '../../../src/records/open-records.js';
import { runActivity } from '../run-activity.js';
import { ACKNOWLEDGED, aClaim, anEntry, aRun, openFor, parts, PATIENCE } from './records.js';

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;
/** Midnight in Berlin, on the day on which the schedule was created. */
export const CREATED = Date.parse('2026-11-01T00:00:00+01:00');
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

export interface Day {
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

/** A nightly schedule that is expected since the first of November, and a clock that the test moves. */
export async function beginDays(
  t: TestContext,
  url: string,
  { windows = {}, rules = {} }: { windows?: Partial<ExpectedWindows>; rules?: Partial<AlertRules> } = {},
): Promise<Day> {
  let nowMs = CREATED;
  const records = await openFor(t, url, { now: () => nowMs });
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
  const all = (): Promise<readonly Alert[]> => records.alerts.list({ limit: 1_000 }, PATIENCE);
  const set = (at: string | number): void => {
    nowMs = typeof at === 'number' ? at : Date.parse(at);
  };
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
}

/** Runs of so many days that fail, from that day on. */
export async function failDays(day: Day, from: number, count: number): Promise<void> {
  for (let n = 0; n < count; n += 1) await day.run(dayOf(from + n), 'failed');
}

/** Days after the one on which the schedule was created: -1 is the first that it reads. */
export function dayOf(n: number): string {
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
