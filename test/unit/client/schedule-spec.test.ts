import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CalendarSpecDescription, ScheduleDescription } from '@temporalio/client';
import { TypedSearchAttributes } from '@temporalio/common';
import { problemsOf } from '../../../src/cli/doctor/schedules.js';
import {
  defineSchedule,
  type ScheduleDefinition,
  type ScheduleInput,
} from '../../../src/client/schedules/schedule-definition.js';
import { durationName, optionsOf, readDefinition } from '../../../src/client/schedules/schedule-spec.js';
import { updateOf } from '../../../src/client/schedules/schedule-update.js';
import { parseDuration } from '../../../src/contract/values/duration.js';

const NOW = Date.UTC(2026, 10, 23, 12);
const TARGET = { taskQueue: 'journey-metrics', destination: 'bi' };

function define(change: Partial<ScheduleInput> = {}): ScheduleDefinition {
  const request = {
    query: { metric: ['journeyCompletionRate'] },
    window: { relative: 'yesterday', timeZone: 'Europe/Berlin' },
  };
  return defineSchedule({ id: 'nightly', request, ...change }, { org: 'acme', destination: 'bi' }, NOW);
}

const ALL = {
  second: [{ start: 0, end: 0, step: 1 }],
  minute: [{ start: 0, end: 0, step: 1 }],
  hour: [{ start: 5, end: 5, step: 1 }],
  dayOfMonth: [{ start: 1, end: 31, step: 1 }],
  month: [{ start: 'JANUARY', end: 'DECEMBER', step: 1 }],
  year: [],
  dayOfWeek: [{ start: 'SUNDAY', end: 'SATURDAY', step: 1 }],
} satisfies CalendarSpecDescription;

type Changed = Partial<Pick<ScheduleDescription, 'spec' | 'policies' | 'action'>>;

/** A schedule as Temporal describes it: daily at five in Berlin, unless said otherwise. */
function described(change: Changed = {}): ScheduleDescription {
  const action = {
    type: 'startWorkflow' as const,
    workflowType: 'aggregateJourneyMetrics',
    workflowId: 'by-hand',
    taskQueue: 'journey-metrics',
    args: [
      { query: { metric: ['journeyCompletionRate'] }, window: { relative: 'yesterday', timeZone: 'Europe/Berlin' } },
    ],
  };
  const described = {
    scheduleId: 'by hand',
    spec: { calendars: [ALL], intervals: [], skip: [], timezone: 'Europe/Berlin', jitter: 300_000 },
    action,
    policies: { overlap: 'SKIP', catchupWindow: 31_536_000_000, pauseOnFailure: true },
    state: { paused: false, note: '' },
    ...change,
  };
  // The rest of it nobody here reads.
  return described as unknown as ScheduleDescription;
}

const calendar = (change: Partial<CalendarSpecDescription>): ScheduleDescription =>
  described({ spec: { calendars: [{ ...ALL, ...change }], timezone: 'Europe/Berlin' } });

describe('what Temporal gets of a schedule', () => {
  it('is one calendar in the zone, each run by itself, a month of catching up', () => {
    const { spec, policies } = optionsOf(define({ at: '06:30' }), TARGET);
    assert.deepEqual(spec, {
      calendars: [{ hour: 6, minute: 30, comment: 'every day at 06:30' }],
      timezone: 'Europe/Berlin',
      jitter: 300_000,
    });
    assert.deepEqual(policies, { overlap: 'ALLOW_ALL', catchupWindow: 30 * 86_400_000, pauseOnFailure: false });
    const calendarOf = (every: ScheduleInput['every']): unknown =>
      optionsOf(define({ every }), TARGET).spec.calendars?.[0];
    const { spec: hourly } = optionsOf(define({ every: 'hour' }), TARGET);
    const intervals = [{ every: 3_600_000, offset: 300_000 }];
    assert.deepEqual(hourly, { intervals, timezone: 'Europe/Berlin', jitter: 300_000 });
    assert.deepEqual(calendarOf('week'), { hour: 5, minute: 0, dayOfWeek: 'MONDAY', comment: 'every week at 05:00' });
    assert.deepEqual(calendarOf('month'), { hour: 5, minute: 0, dayOfMonth: 1, comment: 'every month at 05:00' });
  });

  it('starts the aggregation, and with lookback the backfill', () => {
    const { action: one } = optionsOf(define(), TARGET);
    assert.deepEqual([one.workflowType, one.workflowId, one.taskQueue], ['aggregateJourneyMetrics', 'journey-acme-nightly', 'journey-metrics']); // prettier-ignore
    assert.equal(one.staticSummary, 'acme: journey-execution yesterday → bi');
    const { action: many } = optionsOf(define({ lookback: 3 }), TARGET);
    assert.equal(many.workflowType, 'backfillJourneyMetrics');
    const [request] = many.args as [
      { lookback: number; window: unknown; org: string; from?: string; sliceBy?: string },
    ];
    assert.deepEqual(
      [request.lookback, request.window, request.org, request.from, request.sliceBy],
      [3, { relative: 'yesterday', timeZone: 'Europe/Berlin' }, 'acme', undefined, undefined],
    );
  });
});

describe('what is read back of a schedule', () => {
  it('is what a cron line or a form says, where it is a time of ours', () => {
    const { every, at, timeZone, jitter, catchUp, note, lookback } = readDefinition(described());
    assert.deepEqual(
      { every, at, timeZone, jitter, catchUp, note, lookback },
      {
        every: 'day',
        at: '05:00',
        timeZone: 'Europe/Berlin',
        jitter: '5 minutes',
        catchUp: '365 days',
        note: null,
        lookback: 1,
      },
    );
    const times = (change: Partial<CalendarSpecDescription>): unknown => {
      const read = readDefinition(calendar(change));
      return [read.every, read.at];
    };
    const hourly = readDefinition(described({ spec: { intervals: [{ every: 3_600_000, offset: 420_000 }] } }));
    assert.deepEqual([hourly.every, hourly.at, hourly.timeZone], ['hour', ':07', 'UTC']);
    assert.deepEqual(times({ dayOfWeek: [{ start: 'MONDAY', end: 'MONDAY', step: 1 }] }), ['week', '05:00']);
    assert.deepEqual(times({ dayOfMonth: [{ start: 1, end: 1, step: 1 }] }), ['month', '05:00']);
  });

  it('has no times where they are of another kind', () => {
    const others: ScheduleDescription[] = [
      calendar({ hour: [{ start: 0, end: 23, step: 1 }] }),
      described({ spec: { intervals: [{ every: 3_600_000, offset: 1_500 }] } }),
      described({ spec: {} }),
      calendar({ hour: [{ start: 5, end: 6, step: 1 }] }),
      calendar({ second: [{ start: 30, end: 30, step: 1 }] }),
      calendar({ dayOfWeek: [{ start: 'TUESDAY', end: 'TUESDAY', step: 1 }] }),
      calendar({ dayOfMonth: [{ start: 15, end: 15, step: 1 }] }),
      calendar({ month: [{ start: 'MAY', end: 'MAY', step: 1 }] }),
      calendar({ year: [{ start: 2027, end: 2027, step: 1 }] }),
      described({ spec: { calendars: [ALL, ALL] } }),
      described({ spec: { calendars: [ALL], intervals: [{ every: 1_000, offset: 0 }] } }),
      described({ spec: { calendars: [ALL], skip: [ALL] } }),
      described({ spec: { calendars: [ALL], endAt: new Date(NOW) } }),
      described({ spec: { intervals: [{ every: 60_000, offset: 0 }] } }),
    ];
    assert.deepEqual(
      others.map((other) => [readDefinition(other).every, readDefinition(other).at]),
      others.map(() => [null, null]),
    );
  });

  it('can be created again as it is: a description is a definition', () => {
    const { every, at, timeZone, request, jitter, catchUp } = readDefinition(described());
    const again = define({ every: every ?? undefined, at: at ?? undefined, timeZone, request, jitter, catchUp });
    assert.deepEqual([again.every, again.at, again.timeZone, again.jitter], [every, at, timeZone, jitter]);
  });

  it('has lengths of time in words that are read again', () => {
    for (const ms of [0, 1_000, 90_000, 300_000, 3_600_000, 5_400_000, 86_400_000, 2_592_000_000]) {
      assert.equal(parseDuration(durationName(ms)), ms);
    }
    assert.deepEqual([0, 1_000, 60_000, 90_000, 86_400_000].map(durationName), [
      '0 s',
      '1 s',
      '1 minute',
      '90 s',
      '1 day',
    ]);
  });
});

describe('an update', () => {
  it('gives a schedule made by hand our policies, and keeps what it has of its own', () => {
    const before = described({
      action: {
        ...described().action,
        memo: { team: 'finance' },
        workflowRunTimeout: 60_000,
        typedSearchAttributes: new TypedSearchAttributes(),
      },
    });
    const definition = { ...define(), note: null };
    const { policies, action, state } = updateOf(before, definition, TARGET);
    assert.deepEqual(policies, { overlap: 'ALLOW_ALL', catchupWindow: 30 * 86_400_000, pauseOnFailure: false });
    assert.deepEqual(
      [action.workflowId, action.memo, action.workflowRunTimeout],
      ['by-hand', { team: 'finance' }, 60_000],
    );
    assert.deepEqual(state, { paused: false, note: '' });
  });

  it('leaves times of another kind as they are, but for the jitter', () => {
    const spec = { intervals: [{ every: 7_200_000, offset: 0 }], calendars: [], jitter: 0 };
    const updated = updateOf(described({ spec }), { ...define(), every: null, at: null, jitter: '1 minute' }, TARGET);
    assert.deepEqual(updated.spec, { ...spec, jitter: 60_000 });
  });
});

describe('doctor', () => {
  it('names what would leave a window out', () => {
    const policies = (
      overlap: ScheduleDescription['policies']['overlap'],
      catchupWindow = 86_400_000,
    ): readonly string[] => problemsOf(described({ policies: { overlap, catchupWindow, pauseOnFailure: false } }), NOW);
    assert.deepEqual(policies('ALLOW_ALL'), []);
    assert.deepEqual(policies('BUFFER_ALL'), []);
    assert.match(policies('SKIP').join(), /never read .*SKIP/);
    assert.match(policies('BUFFER_ONE').join(), /BUFFER_ONE/);
    assert.match(policies('CANCEL_OTHER').join(), /cancels the previous run/);
    assert.match(policies('TERMINATE_OTHER').join(), /terminates the previous run/);
    assert.match(policies('ALLOW_ALL', 60_000).join(), /missed for more than 1 minute are lost/);
  });

  it('names a time that daylight saving takes away', () => {
    const policies = { overlap: 'ALLOW_ALL', catchupWindow: 86_400_000, pauseOnFailure: false } as const;
    const spec = { calendars: [{ ...ALL, hour: [{ start: 2, end: 2, step: 1 }] }], timezone: 'Europe/Berlin' };
    assert.match(
      problemsOf(described({ spec, policies }), NOW).join(),
      /2027-03-28 the clocks of Europe\/Berlin skip it/,
    );
    const hourly = { intervals: [{ every: 3_600_000, offset: 0 }], timezone: 'Europe/Berlin' };
    assert.deepEqual(problemsOf(described({ spec: hourly, policies }), NOW), []);
  });
});
