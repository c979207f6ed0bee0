import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { SourcePage } from '../../../src/ports/index.js';
import { LOCATION, page, poll, ROW_KEYS, startApi } from '../../support/sources/cxone-api.js';
import { failsWith } from '../../support/sources/cxone-failure.js';
import type { Reply } from '../../support/gateway/loopback.js';

const ok = (body: unknown): Reply => ({ status: 200, body });

describe('a result', () => {
  it('is a page with its bytes untouched', async (t) => {
    const body =
      '{ "queryId": "q-1", "data": [ {"date":"2026-11-01","x": 1.10} ],\n "totalCount": 3, "nextPageToken": "p 2&=" }';
    const api = await startApi(t, () => ok(body));
    const { columns, ...answer } = (await poll(api)) as SourcePage;
    assert.deepEqual(answer, {
      state: 'page',
      body: Buffer.from(body),
      queryId: 'q-1',
      rows: 1,
      totalCount: 3,
      nextCursor: 'p 2&=',
      truncated: false,
      namedByTicket: 'q-1',
    });
    const row = body.slice(columns.starts[0], columns.ends[0]);
    assert.deepEqual([columns.rows, row], [1, '{"date":"2026-11-01","x": 1.10}']);
    assert.deepEqual(
      [[...columns.metrics.keys()], [...columns.others.keys()]],
      [ROW_KEYS.metrics, ROW_KEYS.dimensions],
    );
    assert.deepEqual(columns.texts.get('date')?.texts, ['2026-11-01']);
    assert.equal(api.calls()[0]?.path, LOCATION);
  });

  it('asks for a further page on the same location, whatever the token holds', async (t) => {
    const api = await startApi(t, () => ok(page()));
    await poll(api, { ticket: `${LOCATION}?view=full&pageToken=old&pageToken=older`, cursor: 'a&b=c d/é' });
    const url = new URL(api.calls()[0]?.path ?? '', api.url);
    assert.equal(url.pathname, LOCATION);
    assert.deepEqual(
      [...url.searchParams],
      [
        ['view', 'full'],
        ['pageToken', 'a&b=c d/é'],
      ],
    );
  });

  it('states neither total nor next page where they are absent, null or empty', async (t) => {
    for (const nextPageToken of [undefined, null, '']) {
      const api = await startApi(t, () => ok(page({ nextPageToken, totalCount: undefined, data: [] })));
      const { body, columns, ...answer } = (await poll(api)) as SourcePage;
      assert.equal(columns.rows, 0);
      assert.ok(body.byteLength > 0);
      assert.deepEqual(answer, { state: 'page', queryId: 'q-1', rows: 0, truncated: false, namedByTicket: 'q-1' });
    }
  });

  for (const key of ['truncated', 'isTruncated', 'capped']) {
    it(`says that it was cut short by ${key}: true`, async (t) => {
      const api = await startApi(t, ({ path }) => ok(page({ [key]: path.includes('p2') ? 'no' : true })));
      assert.equal(((await poll(api)) as { truncated: boolean }).truncated, true);
      assert.equal(((await poll(api, { cursor: 'p2' })) as { truncated: boolean }).truncated, false);
    });
  }

  const answers: [Reply, unknown][] = [
    [{ status: 202 }, { state: 'later', reason: 'running' }],
    [
      { status: 202, headers: { 'retry-after': '30' } },
      { state: 'later', reason: 'running', retryAfterMs: 30_000 },
    ],
    [
      { status: 404, body: { message: 'no such query' } },
      { state: 'gone', reason: '404' },
    ],
    [{ status: 410 }, { state: 'gone', reason: '410' }],
    [
      { status: 429, headers: { 'retry-after': '0' } },
      { state: 'later', reason: 'rate limited', retryAfterMs: 1_000 },
    ],
    [{ status: 503 }, { state: 'later', reason: 'unavailable' }],
  ];
  for (const [reply, expected] of answers) {
    it(`is ${JSON.stringify(expected)} after ${JSON.stringify(reply)}`, async (t) => {
      const api = await startApi(t, () => reply);
      assert.deepEqual(await poll(api), expected);
    });
  }
});

describe('seed defect: the status in a 200 is never read', () => {
  for (const status of [
    'RUNNING',
    'pending',
    'Queued',
    'PROCESSING',
    'In Progress',
    'IN-PROGRESS',
    'SUBMITTED',
    'CREATED',
  ]) {
    it(`is still running when it says ${status}, even with data`, async (t) => {
      const api = await startApi(t, () => ({ status: 200, headers: { 'retry-after': '9' }, body: page({ status }) }));
      assert.deepEqual(await poll(api), { state: 'later', reason: 'running', retryAfterMs: 9_000, queryId: 'q-1' });
    });
  }
  for (const status of ['COMPLETED', 'Succeeded', 'success', 'DONE', null]) {
    it(`is a page when it says ${status}`, async (t) => {
      const api = await startApi(t, () => ok(page({ status })));
      assert.equal((await poll(api)).state, 'page');
    });
  }
  for (const status of ['FAILED', 'cancelled', 'CANCELED', 'ERROR']) {
    it(`is QueryFailed when it says ${status}`, async (t) => {
      const api = await startApi(t, () => ok({ status, message: 'index lost' }));
      await failsWith(poll(api), 'QueryFailed', new RegExp(`${status.toUpperCase()}: index lost`));
    });
  }
  it('is gone when it says EXPIRED', async (t) => {
    const api = await startApi(t, () => ok({ status: 'expired' }));
    assert.deepEqual(await poll(api), { state: 'gone', reason: 'expired' });
  });
  it('is refused by name when it says something else', async (t) => {
    for (const [status, message] of [
      ['paused', /unknown status \(PAUSED\)/],
      ['\u0007', /unknown status \(unprintable\)/],
      [7, /unknown status \(of type number\)/],
    ] as const) {
      const api = await startApi(t, () => ok(page({ status })));
      await failsWith(poll(api), 'MalformedResponse', message);
    }
  });
});

describe('seed defect: HTML with 200 becomes a success', () => {
  const row = { date: '2026-11-01' };
  const refused: [string, unknown, RegExp][] = [
    ['HTML', '\n<!doctype html><title>canary</title>', /HTML or XML.*base URL/],
    ['nothing', '', /not complete JSON/],
    ['truncated JSON', JSON.stringify(page()).slice(0, -5), /not complete JSON/],
    ['bytes that are not UTF-8', Buffer.from('{"queryId":"\xff","data":[]}', 'latin1'), /not UTF-8/],
    ['an array', [row], /not an object/],
    ['no data', { queryId: 'q-1' }, /no array data/],
    ['COMPLETED without data', { queryId: 'q-1', status: 'COMPLETED' }, /no array data/],
    ['data that is an object', page({ data: row }), /no array data/],
    ['a row that is null', page({ data: [row, null] }), /not objects/],
    ['a row that is an array', page({ data: [row, []] }), /not objects/],
    ['rows of something else', page({ data: [{ canary: 1 }, { canary: 2 }] }), /2 rows without any requested key/],
    ['no queryId', page({ queryId: undefined }), /queryId/],
    ['a queryId that is a number', page({ queryId: 7 }), /queryId/],
    ['an unprintable queryId', page({ queryId: 'q\n1' }), /queryId/],
    ['an endless queryId', page({ queryId: 'q'.repeat(201) }), /queryId/],
    ['a negative total', page({ totalCount: -1 }), /totalCount/],
    ['half a total', page({ totalCount: 1.5 }), /totalCount/],
    ['a total that is text', page({ totalCount: '1' }), /totalCount/],
    ['a page token that is a number', page({ nextPageToken: 2 }), /nextPageToken/],
    ['an endless page token', page({ nextPageToken: 'x'.repeat(4_097) }), /nextPageToken/],
  ];
  for (const [what, body, message] of refused) {
    it(`refuses ${what} without quoting it`, async (t) => {
      const api = await startApi(t, () => ok(body));
      const failure = await failsWith(poll(api), 'MalformedResponse', message);
      assert.doesNotMatch(failure.message, /canary/);
      assert.equal(failure.details.operation, 'poll');
    });
  }

  it('takes a page for one when a single row has one of the keys asked for', async (t) => {
    const api = await startApi(t, () => ok(page({ data: [{ other: 1 }, { journeyId: null }] })));
    assert.equal((await poll(api)).state, 'page');
  });
});
