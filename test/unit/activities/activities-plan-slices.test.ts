import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { ApplicationFailure } from '@temporalio/common';
import { halveSlice } from '../../../src/activities/backfill/halve-slice.js';
import { planSlices, type PlanSlicesInput, type SlicePlan } from '../../../src/activities/backfill/plan-slices.js';
import type { BackfillRequest } from '../../../src/contract/request/backfill.js';
import type { RequestProblem } from '../../../src/contract/failures.js';
import { runKeyOf } from '../../../src/contract/values/ids.js';
import { runActivity } from '../../support/run-activity.js';
import { aDirectory, aSource } from '../../support/sources/directory.js';

const catalogue = {
  reportTypes: ['journey-execution'],
  metrics: ['journeyCompletionRate'],
  dimensions: ['journeyId'],
};
const DIRECTORY = aDirectory({ orgs: ['acme', 'globex'], source: aSource({ catalogue }) });

const IDENTITY = { workflowId: 'backfill-acme', firstExecutionRunId: 'first' };
const NOW = Date.parse('2026-11-23T16:00:00Z');
const QUERY = { metric: ['journeyCompletionRate'] };

function plan(request: unknown, input: Partial<PlanSlicesInput> = {}): Promise<SlicePlan> {
  return runActivity(planSlices({ directory: DIRECTORY }), { request, identity: IDENTITY, anchorMs: NOW, ...input });
}

function request(dates: Partial<BackfillRequest>): BackfillRequest {
  return { query: QUERY, ...dates };
}

async function problemsOf(asked: unknown): Promise<string[]> {
  const failure: unknown = await plan(asked).then(
    () => undefined,
    (error: unknown) => error,
  );
  assert.ok(failure instanceof ApplicationFailure && failure.type === 'InvalidRequest' && failure.nonRetryable);
  // The one detail of an InvalidRequest.
  const [{ problems }] = failure.details as [{ problems: RequestProblem[] }];
  return problems.map(({ path, message }) => `${path}: ${message}`);
}

suite('planSlices', () => {
  test('answers with what the backfill is about, and with a key of its own', async () => {
    const answer = await plan(request({ from: '2026-10-24', to: '2026-10-27', timeZone: 'Europe/Berlin' }));
    assert.deepEqual(answer, {
      key: runKeyOf(IDENTITY).slice(0, 8),
      org: 'acme',
      timeZone: 'Europe/Berlin',
      range: { from: '2026-10-23T22:00:00Z', to: '2026-10-26T23:00:00Z' },
      total: 3,
      slices: [
        { from: '2026-10-23T22:00:00Z', to: '2026-10-24T22:00:00Z' },
        { from: '2026-10-24T22:00:00Z', to: '2026-10-25T23:00:00Z' },
        { from: '2026-10-25T23:00:00Z', to: '2026-10-26T23:00:00Z' },
      ],
    });
  });

  test('two years of days come in batches of 150 that follow one another, below 16 KiB each', async () => {
    const asked = request({ from: '2024-11-23', to: '2026-11-23', window: { timeZone: 'Australia/Lord_Howe' } });
    const batches: SlicePlan[] = [];
    for (let after: string | undefined; batches.length === 0 || after !== undefined;) {
      const batch = await plan(asked, after === undefined ? {} : { after });
      batches.push(batch);
      after = batch.next;
    }
    assert.deepEqual(
      batches.map(({ slices }) => slices.length),
      [150, 150, 150, 150, 130],
    );
    const slices = batches.flatMap((batch) => batch.slices);
    for (const [index, { from }] of slices.slice(1).entries()) assert.equal(from, slices[index]?.to);
    for (const batch of batches) {
      assert.deepEqual([batch.total, batch.range], [730, { from: slices[0]?.from, to: slices.at(-1)?.to }]);
      assert.ok(JSON.stringify(batch).length < 16_384);
    }
  });

  test('goes on at a slice in the middle of a batch that was not started', async () => {
    const asked = request({ from: '2026-01-01', to: '2026-11-01' });
    const { slices } = await plan(asked);
    const again = await plan(asked, { after: slices[70]?.from ?? '' });
    assert.deepEqual(again.slices.slice(0, 80), slices.slice(70));
    assert.equal(again.slices.length, 150);
  });

  test('listed slices come alone, and the range after them', async () => {
    const listed = [
      { from: '2026-11-05', to: '2026-11-05T12:00' },
      { from: '2026-11-03T00:00:00Z', to: '2026-11-04T00:00:00Z' },
    ];
    const asked = request({ slices: listed, from: '2026-11-10', to: '2026-11-12' });
    const first = await plan(asked);
    assert.deepEqual(first.slices, [
      { from: '2026-11-05T00:00:00Z', to: '2026-11-05T12:00:00Z' },
      { from: '2026-11-03T00:00:00Z', to: '2026-11-04T00:00:00Z' },
    ]);
    assert.deepEqual([first.total, first.next], [4, '2026-11-10T00:00:00Z']);
    assert.deepEqual(first.range, { from: '2026-11-03T00:00:00Z', to: '2026-11-12T00:00:00Z' });
    const second = await plan(asked, { after: first.next ?? '' });
    assert.deepEqual([second.slices.length, second.next], [2, undefined]);
  });

  test('listed slices need no range', async () => {
    const { slices, total, next } = await plan(request({ slices: [{ from: '2026-11-05', to: '2026-11-06' }] }));
    assert.deepEqual([slices.length, total, next], [1, 1, undefined]);
  });

  test('a lookback is the window and the ones before it, newest first, from the anchor; it can be gone on with', async () => {
    const asked = request({ window: { relative: 'previous-month', timeZone: 'America/New_York' }, lookback: 3 });
    const { slices, total, range, next } = await plan(asked, { anchorMs: Date.parse('2027-01-01T02:00:00Z') });
    assert.deepEqual(slices, [
      { from: '2026-11-01T04:00:00Z', to: '2026-12-01T05:00:00Z' },
      { from: '2026-10-01T04:00:00Z', to: '2026-11-01T04:00:00Z' },
      { from: '2026-09-01T04:00:00Z', to: '2026-10-01T04:00:00Z' },
    ]);
    assert.deepEqual([total, next], [3, undefined]);
    assert.deepEqual(range, { from: '2026-09-01T04:00:00Z', to: '2026-12-01T05:00:00Z' });
    const rest = await plan(asked, { anchorMs: Date.parse('2027-01-01T02:00:00Z'), after: '2026-10-01T04:00:00Z' });
    assert.deepEqual(rest.slices, slices.slice(1));
  });

  test('a range may end at the anchor, and no later', async () => {
    assert.equal((await plan(request({ from: '2026-11-20', to: '2026-11-23' }))).total, 3);
    assert.equal((await plan(request({ from: '2026-11-20', to: '2026-11-23T16:00:00Z' }))).total, 4);
    assert.deepEqual(await problemsOf(request({ from: '2026-11-20', to: '2026-11-24' })), [
      'to: ends in the future: it is now 2026-11-23T16:00Z; the latest end is 2026-11-23',
    ]);
  });

  test('ten thousand slices are as many as there may be', async () => {
    assert.equal((await plan(request({ from: '1999-07-08', to: '2026-11-23' }))).total, 10_000);
    assert.deepEqual(await problemsOf(request({ from: '1999-07-07', to: '2026-11-23' })), [
      'sliceBy: makes more than 10,000 slices: use longer slices, or several backfills',
    ]);
  });

  const days = { from: '2026-11-01', to: '2026-11-08' };
  const refused: Readonly<Record<string, readonly [unknown, readonly RegExp[]]>> = {
    'no request': [undefined, [/^: /]],
    'an unknown zone': [request({ ...days, timeZone: 'Mars/Base' }), [/^timeZone: "Mars\/Base" is not a time zone/]],
    'an empty range': [request({ from: '2026-11-01', to: '2026-11-01' }), [/^to: is from: the range is empty/]],
    'a reversed range': [request({ from: '2026-11-02', to: '2026-11-01' }), [/^to: is before from$/]],
    'a date of no calendar': [
      request({ from: '2026-02-29', to: '2026-03-02' }),
      [/^from: "2026-02-29" is not a valid date/],
    ],
    'a slice that ends in the future': [
      request({ slices: [{ from: '2026-11-22', to: '2026-11-30' }] }),
      [/^slices\.0\.to: ends in the future/],
    ],
    'a slice of no length': [
      request({ slices: [{ from: '2026-11-01', to: '2026-11-01' }] }),
      [/^slices\.0\.to: is from/],
    ],
    'slices that overlap': [
      request({
        slices: [
          { from: '2026-11-02', to: '2026-11-04' },
          { from: '2026-11-03', to: '2026-11-05' },
        ],
      }),
      [/^slices\.1: overlaps slices\.0: the same rows/],
    ],
    'a slice within the range': [
      request({ ...days, slices: [{ from: '2026-11-02', to: '2026-11-03' }] }),
      [/^slices\.0: overlaps from: /],
    ],
    'a lookback of windows that overlap': [
      request({ window: { relative: 'last-7-days' }, lookback: 2 }),
      [/^window\.relative: "last-7-days" cannot look back/],
    ],
    'everything wrong at once': [
      { ...days, to: '2026-12-24', destination: 'moon', query: { metric: ['journeyCompletionRat'] } },
      [/^query\.metric\.0: .*did you mean "journeyCompletionRate"/, /^destination: "moon"/, /^to: /],
    ],
    // Whose catalogue would say what its metrics are called?
    'an organisation that nobody knows': [
      request({ ...days, to: '2026-12-24', org: 'initech', destination: 'moon' }),
      [/^org: "initech" is not configured: `journey-metrics orgs list`/, /^to: /],
    ],
  };
  for (const [name, [asked, expected]] of Object.entries(refused)) {
    test(`refuses ${name}, by path`, async () => {
      const problems = await problemsOf(asked);
      assert.equal(problems.length, expected.length, problems.join(' | '));
      for (const [index, pattern] of expected.entries()) assert.match(problems[index] ?? '', pattern);
    });
  }
});

suite('halveSlice', () => {
  const halves = (from: string, to: string, timeZone: string): Promise<unknown> =>
    runActivity(halveSlice, { from, to, timeZone });

  test('cuts where a day begins in the zone', async () => {
    assert.deepEqual(await halves('2026-10-31T18:30:00Z', '2026-11-02T18:30:00Z', 'Asia/Kolkata'), {
      halves: [
        { from: '2026-10-31T18:30:00Z', to: '2026-11-01T18:30:00Z' },
        { from: '2026-11-01T18:30:00Z', to: '2026-11-02T18:30:00Z' },
      ],
    });
  });

  test('of an hour there are no halves', async () => {
    assert.deepEqual(await halves('2026-11-01T00:00:00Z', '2026-11-01T01:00:00Z', 'UTC'), { halves: [] });
  });
});
