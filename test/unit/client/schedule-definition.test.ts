import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { JourneyMetricsError } from '../../../src/client/error.js';
import {
  changeSchedule,
  defineSchedule,
  type ScheduleChange,
  type ScheduleDefinition,
  type ScheduleInput,
} from '../../../src/client/schedules/schedule-definition.js';

const DEFAULTS = { org: 'acme', destination: 'bi' };
const NOW = Date.UTC(2026, 10, 23, 12);
const QUERY = { metric: ['journeyCompletionRate'] };

function request(window: ScheduleInput['request']['window']): ScheduleInput['request'] {
  return { query: QUERY, window };
}

function define(change: Partial<ScheduleInput> = {}): ScheduleDefinition {
  const input = { id: 'nightly', request: request({ relative: 'yesterday', timeZone: 'Europe/Berlin' }), ...change };
  return defineSchedule(input, DEFAULTS, NOW);
}

function refused(act: () => unknown, path: string, message: RegExp): void {
  assert.throws(act, (error: unknown) => {
    assert.ok(error instanceof JourneyMetricsError, String(error));
    assert.equal(error.type, 'InvalidRequest');
    const [{ problems }] = error.details as [{ problems: { path: string; message: string }[] }];
    assert.deepEqual(
      problems.map((problem) => problem.path),
      [path],
    );
    assert.match(problems[0]?.message ?? '', message);
    return true;
  });
}

describe('a schedule', () => {
  it('starts by default as often as its window ends, at five on the clocks of its zone', () => {
    const times = (relative: string): string => {
      const { every, at, timeZone } = define({ request: request({ relative, timeZone: 'Asia/Kolkata' }) });
      return `${every ?? ''} ${at ?? ''} ${timeZone}`;
    };
    assert.deepEqual(
      ['yesterday', 'last-7-days', 'month-to-date', 'previous-week', 'previous-month', 'today-so-far'].map(times),
      [
        'day 05:00 Asia/Kolkata',
        'day 05:00 Asia/Kolkata',
        'day 05:00 Asia/Kolkata',
        'week 05:00 Asia/Kolkata',
        'month 05:00 Asia/Kolkata',
        'hour :05 Asia/Kolkata',
      ],
    );
  });

  it('has a month to catch up, five minutes of jitter, one window, and runs at once', () => {
    const { catchUp, jitter, lookback, paused, note } = define();
    assert.deepEqual({ catchUp, jitter, lookback, paused, note }, {
      catchUp: '30 days', jitter: '5 minutes', lookback: 1, paused: false, note: null,
    }); // prettier-ignore
  });

  it('keeps the organisation and the zone in its request, whoever named them', () => {
    const own = define({ request: { ...request({ relative: 'yesterday' }), org: 'other' }, timeZone: 'Asia/Tokyo' });
    assert.deepEqual(
      [own.request.org, own.request.window?.timeZone, own.timeZone],
      ['other', 'Asia/Tokyo', 'Asia/Tokyo'],
    );
    const fromRequest = define({ request: { ...request({ relative: 'yesterday' }), timeZone: 'America/Lima' } });
    assert.deepEqual([fromRequest.request.org, fromRequest.timeZone], ['acme', 'America/Lima']);
    assert.equal(define({ request: request({ relative: 'yesterday' }) }).timeZone, 'UTC');
  });

  it('refuses dates, which would be always the same window', () => {
    const dated = { query: { ...QUERY, dateFrom: '2026-11-01', dateTo: '2026-11-02' } };
    refused(() => define({ request: dated }), 'window.relative', /always read the same window/);
    refused(() => define({ request: dated, lookback: 3 }), 'window.relative', /always read the same window/);
  });

  it('refuses a request that no run would take', () => {
    refused(
      () => define({ request: { query: { metric: [] }, window: { relative: 'yesterday' } } }),
      'query.metric',
      /./,
    );
    refused(() => define({ request: request({ relative: 'tomorrow' }) }), 'window.relative', /must be yesterday/);
    refused(() => defineSchedule({ id: 'x', request: request({ relative: 'yesterday' }) }, { ...DEFAULTS, org: undefined }, NOW), 'org', /CXONE_ORG_ID/); // prettier-ignore
  });

  it('refuses windows that cannot look back, whose ones before would overlap', () => {
    refused(
      () => define({ request: request({ relative: 'last-7-days' }), lookback: 3 }),
      'window.relative',
      /look back/,
    );
    refused(() => define({ lookback: 61 }), 'lookback', /60/);
  });

  it('refuses a zone that is none, and two zones', () => {
    refused(
      () => define({ request: request({ relative: 'yesterday', timeZone: 'Mars/Olympus' }) }),
      'timeZone',
      /IANA/,
    );
    refused(() => define({ timeZone: 'Asia/Tokyo' }), 'timeZone', /not the time zone of the windows, Europe\/Berlin/);
  });

  it('refuses a time that daylight saving skips or doubles, names the day and says what to take', () => {
    refused(() => define({ at: '02:30' }), 'at', /on 2027-03-28 the clocks of Europe\/Berlin skip it.*use 05:00/);
    const sydney = request({ relative: 'yesterday', timeZone: 'Australia/Sydney' });
    refused(() => define({ request: sydney, at: '02:30' }), 'at', /on 2027-04-04 .* show it twice/);
    assert.equal(
      define({ request: request({ relative: 'yesterday', timeZone: 'Asia/Kolkata' }), at: '02:30' }).at,
      '02:30',
    );
  });

  it('refuses a time of the wrong kind, and midnight where the window would be empty then', () => {
    refused(() => define({ at: '5:00' }), 'at', /time of day, like "05:00"/);
    refused(() => define({ at: '24:00' }), 'at', /time of day/);
    refused(() => define({ at: ':30' }), 'at', /time of day/);
    refused(() => define({ every: 'hour', at: '05:00' }), 'at', /minute of the hour, like ":05"/);
    const soFar = request({ relative: 'today-so-far' });
    refused(() => define({ request: soFar, at: ':00' }), 'at', /is empty;/);
    assert.equal(define({ request: soFar, at: ':30' }).every, 'hour');
    const halfHour = request({ relative: 'today-so-far', timeZone: 'Asia/Kolkata' });
    refused(() => define({ request: halfHour, at: ':30' }), 'at', /is empty;/);
    assert.equal(define({ request: halfHour, at: ':00' }).at, ':00', 'half past on their clocks');
  });

  it('refuses ids that Temporal would take and people would regret, and those that the worker keeps', () => {
    for (const id of ['', 'a b', 'a/b', 'ä', 'x'.repeat(101)]) refused(() => define({ id }), 'id', /letters, digits/);
    refused(() => define({ id: 'journey-metrics-expire' }), 'id', /reserved for schedules of the worker/);
    assert.equal(define({ id: 'x'.repeat(100) }).id.length, 100);
  });

  it('refuses jitter above an hour, and a catch-up that is none', () => {
    refused(() => define({ jitter: '61 minutes' }), 'jitter', /0 s to 1 hour/);
    refused(() => define({ catchUp: '30 s' }), 'catchUp', /1 minute to 365 days/);
    refused(() => define({ catchUp: 'long' }), 'catchUp', /duration/);
    assert.equal(define({ jitter: '0 s' }).jitter, '0 s');
  });
});

describe('a change of a schedule', () => {
  const change = (before: ScheduleDefinition, to: ScheduleChange): ScheduleDefinition =>
    changeSchedule(before, to, DEFAULTS, NOW);

  it('replaces what is given and nothing else', () => {
    const before = define({ at: '06:30', lookback: 3, jitter: '1 minute', note: 'for finance', paused: true });
    assert.deepEqual(change(before, {}), before);
    assert.deepEqual(change(before, { at: '07:00' }), { ...before, at: '07:00' });
    assert.deepEqual(change(before, { lookback: undefined, note: 'for all' }), { ...before, note: 'for all' });
  });

  it('moves windows and starts into another zone together', () => {
    const moved = change(define(), { timeZone: 'America/New_York' });
    assert.deepEqual([moved.timeZone, moved.request.window?.timeZone], ['America/New_York', 'America/New_York']);
    const byRequest = change(define(), { request: request({ relative: 'yesterday', timeZone: 'Asia/Tokyo' }) });
    assert.equal(byRequest.timeZone, 'Asia/Tokyo');
    const silent = change(define(), { request: request({ relative: 'last-7-days' }) });
    assert.deepEqual([silent.timeZone, silent.request.window?.timeZone], ['Europe/Berlin', 'Europe/Berlin']);
  });

  it('takes the usual time of another rhythm', () => {
    assert.equal(change(define({ at: '06:30' }), { every: 'hour' }).at, ':05');
    assert.equal(change(define({ at: '06:30' }), { every: 'day' }).at, '06:30');
  });

  it('checks all of what comes of it', () => {
    refused(() => change(define({ at: '02:30', timeZone: 'UTC', request: request({ relative: 'yesterday' }) }), { timeZone: 'Europe/Berlin' }), 'at', /2027-03-28/); // prettier-ignore
    refused(
      () => change(define(), { request: request({ relative: 'last-7-days' }), lookback: 2 }),
      'window.relative',
      /look back/,
    );
  });

  it('leaves times alone that were made by hand, unless it says which to take', () => {
    const byHand = { ...define(), id: 'of hand', every: null, at: null, timeZone: 'UTC' };
    const changed = change(byHand, { lookback: 2 });
    assert.deepEqual([changed.every, changed.at, changed.timeZone, changed.lookback], [null, null, 'UTC', 2]);
    refused(() => change(byHand, { at: '06:00' }), 'every', /made by hand/);
    const named = change(byHand, { every: 'day' });
    assert.deepEqual([named.every, named.at, named.timeZone], ['day', '05:00', 'Europe/Berlin']);
  });

  it('drops the width of a backfill with the backfill', () => {
    const wide = define({ request: { ...request({ relative: 'yesterday' }), width: 7 }, lookback: 3 });
    assert.equal(change(wide, { lookback: 5 }).request.width, 7);
    assert.equal('width' in change(wide, { lookback: 1 }).request, false);
    refused(() => define({ request: { ...request({ relative: 'yesterday' }), width: 7 } }), '', /unknown keys: width/);
  });
});
