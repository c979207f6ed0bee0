import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { pollResult, type PollResultInput } from '../../../src/activities/aggregate/query/poll-result.js';
import type { DatasetRef } from '../../../src/contract/result/dataset.js';
import type { DatasetStore, Gone, Later, SourcePage, StoredPage } from '../../../src/ports/index.js';
import type { DigestedColumns } from '../../../src/pages/row-digests.js';
import { CxoneError } from '../../../src/sources/http/errors.js';
import { aDirectory, aSource } from '../../support/sources/directory.js';
import { aGate } from '../../support/sources/gates.js';
import { runActivity } from '../../support/run-activity.js';

const INPUT: PollResultInput = {
  take: { runKey: '0'.repeat(32), generation: 1, take: 0 },
  org: 'acme',
  source: 'analytics',
  ticket: '/api/v2/reporting/analytics/results/1',
  keys: { dateKey: 'date', metrics: ['rate'], dimensions: [] },
  ageMs: 120_000,
  collect: true,
  lastReading: false,
};

const COLUMNS: DigestedColumns = {
  rows: 0,
  starts: new Uint32Array(),
  ends: new Uint32Array(),
  digests: new Uint32Array(),
  contents: new Uint32Array(),
  keys: new Uint32Array(),
  unstorable: 0,
  metrics: new Map(),
  texts: new Map(),
  others: new Map(),
  fields: new Map(),
};

type Reply = Later | Gone | SourcePage;

function page(index: number, next: string | undefined, more: Partial<SourcePage> = {}): SourcePage {
  const body = Buffer.from(`page ${index}`);
  return {
    state: 'page',
    body,
    columns: COLUMNS,
    queryId: 'q',
    rows: 10,
    truncated: false,
    totalCount: 30,
    ...(next !== undefined && { nextCursor: next }),
    ...more,
  };
}

/** A source by cursor (empty: the first page) and a store in memory that counts. */
function world(
  replies: Readonly<Record<string, Reply | Error>>,
  stored: StoredPage[] = [],
  sealed: Partial<DatasetRef> = {},
) {
  const asked: string[] = [];
  const recorded: [string, number][] = [];
  const source = aSource({
    read: ({ cursor }) => {
      asked.push(cursor ?? '');
      const reply = replies[cursor ?? ''] ?? new Error(`nobody expected the cursor ${cursor}`);
      return reply instanceof Error ? Promise.reject(reply) : Promise.resolve(reply);
    },
  });
  const datasets: Pick<DatasetStore, 'pages' | 'addPage' | 'seal'> = {
    pages: () => Promise.resolve(stored),
    addPage: (_take, { body, columns, ...entry }) => {
      assert.equal(columns, COLUMNS, 'the columns go with the page');
      return Promise.resolve({ ...entry, body: { scope: 'runs/x', sha256: '0', bytes: body.length } });
    },
    seal: (_take, pages) =>
      Promise.resolve({
        manifest: { scope: 'runs/x', sha256: '1', bytes: 1 },
        queryId: 'q',
        pages: pages.length,
        rows: pages.reduce((sum, { rows }) => sum + rows, 0),
        ...sealed,
      }),
  };
  const scrub = (text: string): string => text.replaceAll('hunter2', '[redacted]');
  // The activity uses no other part of the store.
  const poll = pollResult({
    directory: aDirectory({ source }),
    gate: aGate(),
    datasets: datasets as DatasetStore,
    meter: { record: (name, value) => void recorded.push([name, value]) },
    scrub,
  });
  return {
    asked,
    recorded,
    poll: (change: Partial<PollResultInput> = {}) => runActivity(poll, { ...INPUT, ...change }),
  };
}

const PAGES = { '': page(0, 'a'), a: page(1, 'b'), b: page(2, undefined) };

describe('pollResult', () => {
  it('follows every page and seals them', async () => {
    const { poll, asked } = world(PAGES);
    const answer = await poll();
    assert.deepEqual(answer.state === 'complete' && [answer.dataset.pages, answer.dataset.rows], [3, 30]);
    assert.deepEqual(asked, ['', 'a', 'b']);
  });

  it('takes no page of a query that the source or the ticket names otherwise', async () => {
    const other = { '': page(0, undefined, { totalCount: 10, namedByTicket: 'mine' }) };
    for (const named of [{ queryId: 'mine' }, {}]) {
      const answer = await world(other).poll(named);
      assert.deepEqual(answer, {
        state: 'defective',
        type: 'IncompleteResult',
        message: 'page 1 belongs to another query',
      });
    }
    const own = await world(other).poll({ queryId: 'q' });
    assert.equal(own.state === 'complete' && own.dataset.unnamedQuery, undefined, 'the source itself wins');
  });

  it('marks a dataset whose query was named nowhere but in its pages', async () => {
    const answer = await world(PAGES).poll();
    assert.equal(answer.state === 'complete' && answer.dataset.unnamedQuery, true);
  });

  it('says which key announces more than came', async () => {
    const cases: [Partial<SourcePage>, RegExp][] = [
      [{ moreBy: 'links.next' }, /^page 1 says in "links\.next" that there is more, and has no nextPageToken$/],
      [{ atLeast: 12 }, /^10 rows were received, but 12 were promised$/],
      [{ statedPages: 2 }, /^1 pages came, but 2 were promised$/],
    ];
    for (const [more, message] of cases) {
      const answer = await world({ '': page(0, undefined, { totalCount: 10, ...more }) }).poll();
      assert.ok(answer.state === 'defective');
      assert.ok(answer.capped);
      assert.match(answer.message, message);
    }
    const lower = await world({ '': page(0, undefined, { totalCount: 10, atLeast: 9 }) }).poll();
    assert.equal(lower.state, 'complete', 'a number below the rows is no total');
  });

  it('takes rows that come again for a defect, and in the last reading for a warning', async () => {
    const repeating = { repeatedRows: 4 };
    const answer = await world(PAGES, [], repeating).poll({ queryId: 'q' });
    assert.ok(answer.state === 'defective' && answer.message.includes('4 of 30 rows came again'));
    const last = await world(PAGES, [], repeating).poll({ queryId: 'q', lastReading: true });
    assert.equal(last.state === 'complete' && last.dataset.repeatedRows, 4);
  });

  it('keeps no secret of an error that comes back as a value', async () => {
    const error = new CxoneError('MalformedResponse', 'holds an error: hunter2', { operation: 'poll' });
    const answer = await world({ '': error }).poll();
    assert.equal(answer.state === 'defective' && answer.message, 'holds an error: [redacted]');
  });

  it('makes one request only while it is not told to collect', async () => {
    const { poll, asked } = world(PAGES);
    assert.deepEqual(await poll({ collect: false }), { state: 'more', pages: 1, rows: 10 });
    assert.deepEqual(asked, ['']);
  });

  it('goes on where the store ends: pages that are there are not asked for again', async () => {
    const stored = (index: number, cursor: string | null, nextCursor: string): StoredPage => ({
      index,
      cursor,
      nextCursor,
      queryId: 'q',
      rows: 10,
      totalCount: 30,
      truncated: false,
      body: { scope: 'runs/x', sha256: '0', bytes: 1 },
    });
    const { poll, asked } = world(PAGES, [stored(0, null, 'a'), stored(1, 'a', 'b')]);
    assert.equal((await poll()).state, 'complete');
    assert.deepEqual(asked, ['b']);
  });

  it('passes on that the source wants to be asked later, also in the middle of the pages', async () => {
    const later = { state: 'later', reason: 'rate limited', retryAfterMs: 7_000 } as const;
    assert.deepEqual(await world({ ...PAGES, b: later }).poll(), later);
  });

  const defects: Readonly<Record<string, [Readonly<Record<string, Reply | Error>>, RegExp]>> = {
    'a total that is not reached': [{ '': page(0, undefined) }, /10 rows were received, but 30/],
    'more rows than promised': [{ '': page(0, undefined, { totalCount: 5 }) }, /10 rows were received, but 5/],
    'a stated truncation': [{ '': page(0, undefined, { totalCount: 10, truncated: true }) }, /truncated the result/],
    'totals that differ': [
      { '': page(0, 'a', { totalCount: 20 }), a: page(1, undefined, { totalCount: 21 }) },
      /different totals: 20, 21/,
    ],
    'a page of another query': [{ '': page(0, 'a'), a: page(1, undefined, { queryId: 'other' }) }, /another query/],
    'a page that comes again': [{ '': page(0, 'a'), a: page(1, 'a') }, /read before/],
  };
  for (const [name, [replies, message]] of Object.entries(defects)) {
    it(`calls ${name} a defective reading, never a result`, async () => {
      const answer = await world(replies).poll();
      assert.ok(answer.state === 'defective', answer.state);
      assert.equal(answer.type, 'IncompleteResult');
      assert.match(answer.message, message);
    });
  }

  it('says of a total above the rows that the result is capped, and of too many rows that it is not', async () => {
    const capped = await world({ '': page(0, undefined) }).poll();
    const over = await world({ '': page(0, undefined, { totalCount: 5 }) }).poll();
    assert.deepEqual(
      [capped.state === 'defective' && capped.capped, over.state === 'defective' && over.capped],
      [true, undefined],
    );
  });

  it('takes no first page of another query than the source accepted, and stores nothing of it', async () => {
    const { poll } = world({ '': page(0, undefined, { totalCount: 10, queryId: 'other' }) });
    const answer = await poll({ queryId: 'q' });
    assert.ok(answer.state === 'defective', answer.state);
    assert.match(answer.message, /page 1 belongs to another query/);
    const unnamed = await poll({ queryId: null });
    assert.equal(unnamed.state, 'complete', 'a source need not name the query when it accepts it');
  });

  it('calls what is no answer of the API a defective reading', async () => {
    const malformed = new CxoneError('MalformedResponse', 'the source answered with HTML', { operation: 'poll' });
    const answer = await world({ '': malformed }).poll();
    assert.deepEqual(answer, {
      state: 'defective',
      type: 'MalformedResponse',
      message: 'the source answered with HTML',
    });
  });

  it('lets what is transient or permanent through to the one place that decides on retries', async () => {
    for (const type of ['UpstreamUnavailable', 'Forbidden', 'QueryFailed'] as const) {
      const error = new CxoneError(type, 'no', { operation: 'poll' });
      await assert.rejects(world({ '': error }).poll(), error);
    }
  });

  it('takes a 404 of a young query as not ready yet, and of an old one as gone', async () => {
    const { poll } = world({ '': { state: 'gone', reason: '404' } });
    assert.deepEqual(await poll({ ageMs: 59_000 }), { state: 'later', reason: 'not ready yet' });
    assert.deepEqual(await poll({ ageMs: 60_000 }), { state: 'gone', reason: '404' });
  });
});
