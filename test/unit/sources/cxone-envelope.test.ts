import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { factsOf, isFact, linksNext } from '../../../src/sources/analytics/envelope.js';

/** Of what the scanner would hand on. */
function read(envelope: Record<string, unknown>): ReturnType<typeof factsOf> {
  return factsOf(Object.fromEntries(Object.entries(envelope).filter(([key]) => isFact(key))));
}

const YES = [true, 1, 'true', 'TRUE', ' yes ', '1', 'Y'];
const NO = [false, 0, 'false', 'No', '0', '', 'none', null];

const snake = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
const spellings = (name: string): string[] => [
  name,
  snake(name),
  name.toUpperCase(),
  `${name[0]?.toUpperCase()}${name.slice(1)}`,
];

describe('what a page says of its result', () => {
  const cuts = [
    ...['truncated', 'isTruncated', 'wasTruncated', 'resultTruncated', 'resultsTruncated', 'capped', 'isCapped'],
    ...['partial', 'isPartial', 'partialResult', 'partialResults', 'incomplete', 'isIncomplete', 'incompleteResults'],
    ...['limitReached', 'limitExceeded', 'rowLimitReached', 'isLimitReached', 'maxRowsReached', 'limited'],
  ];
  for (const name of cuts) {
    it(`${name} says that it was cut short, in any spelling and kind of value`, () => {
      for (const key of spellings(name)) {
        for (const value of YES) assert.equal(read({ [key]: value }).cutBy, key, `${key}: ${JSON.stringify(value)}`);
        for (const value of NO) assert.deepEqual(read({ [key]: value }), {}, `${key}: ${JSON.stringify(value)}`);
        assert.equal(read({ meta: { [key]: 'yes' } }).cutBy, `meta.${key}`);
      }
    });
  }

  it('a result that says that it is not complete is cut short', () => {
    for (const key of ['complete', 'isComplete', 'is_complete', 'resultComplete']) {
      for (const value of [false, 'false', 0]) assert.equal(read({ [key]: value }).cutBy, key);
      assert.deepEqual(read({ [key]: true }), {});
    }
  });

  const mores = [
    ...['hasMore', 'more', 'moreAvailable', 'moreRows', 'moreResults', 'moreData', 'hasMoreRows', 'hasMoreResults'],
    ...['hasMorePages', 'hasMoreData', 'isMore', 'thereIsMore', 'moreDataAvailable', 'hasNext', 'hasNextPage'],
    ...['nextPageAvailable', 'nextPageExists', 'remainingRows', 'rowsRemaining'],
  ];
  for (const name of mores) {
    it(`${name} says that there is more`, () => {
      for (const key of spellings(name)) {
        for (const value of YES) assert.equal(read({ [key]: value }).moreBy, key, `${key}: ${JSON.stringify(value)}`);
        for (const value of NO) assert.deepEqual(read({ [key]: value }), {}, `${key}: ${JSON.stringify(value)}`);
        assert.equal(read({ pageInfo: { [key]: 1 } }).moreBy, `pageInfo.${key}`);
      }
    });
  }

  it('a page that is not the last one says that there is more', () => {
    for (const key of ['last', 'isLast', 'is_last_page', 'lastPage']) {
      assert.equal(read({ [key]: false }).moreBy, key);
      assert.deepEqual(read({ [key]: true }), {});
    }
  });

  const nexts = [
    ...['next', 'nextToken', 'nextCursor', 'nextPage', 'nextLink', 'nextUrl', 'nextUri', 'nextPageUrl', 'nextOffset'],
    ...[
      'nextMarker',
      'continuationToken',
      'nextContinuationToken',
      'next_page_token',
      'NextPageToken',
      '@odata.nextLink',
    ],
  ];
  for (const key of nexts) {
    it(`${key} names a next page`, () => {
      for (const value of ['abc', '/next?page=2']) assert.equal(read({ [key]: value }).moreBy, key);
      for (const value of [null, '', false, {}, { href: null }]) assert.deepEqual(read({ [key]: value }), {});
      for (const holder of ['paging', 'pagination', 'pageInfo', 'page', 'meta', '_links', 'links', 'cursors']) {
        assert.equal(read({ [holder]: { [key]: 'abc' } }).moreBy, `${holder}.${key}`);
      }
    });
  }

  it('links name a next page, as objects, lists and header', () => {
    assert.equal(read({ _links: { self: { href: '/a' }, next: { href: '/b' } } }).moreBy, '_links.next');
    assert.equal(
      read({
        links: [
          { rel: 'self', href: '/a' },
          { rel: 'next', href: '/b' },
        ],
      }).moreBy,
      'links.next',
    );
    assert.equal(read({ meta: { page: { next: '/b' } } }).moreBy, 'meta.page.next');
    for (const link of ['</b>; rel=next', '</a>; rel="prev", </b>; rel="next"', '</b>;title="x"; REL="last next"']) {
      assert.ok(linksNext(link), link);
    }
    for (const link of [undefined, '', '</next>; rel=self', '</b>; rel="nextish"']) assert.ok(!linksNext(link), link);
  });

  it('states a total under other names, as number or text', () => {
    for (const name of ['total', 'totalRecords', 'totalRows', 'totalResults', 'totalItems', 'totalElements', 'count']) {
      for (const key of spellings(name)) {
        assert.equal(read({ [key]: 12 }).statedRows, 12, key);
        assert.equal(read({ page: { [key]: ' 12 ' } }).statedRows, 12, key);
      }
    }
    assert.equal(read({ total_count: 12 }).statedRows, 12);
    assert.equal(read({ 'X-Total-Count': '12' }).statedRows, 12);
    for (const total of [12.5, -1, 'twelve', null, {}]) assert.deepEqual(read({ total }), {});
    assert.equal(read({ page: { totalPages: 3 } }).statedPages, 3);
  });

  it('says nothing in what usual pages have beside their rows', () => {
    const usual = {
      ...{ status: 'COMPLETED', queryId: 'q', totalCount: 3, nextPageToken: 'x', limit: 100, pageSize: 10, page: 1 },
      ...{ generatedAt: '2026-01-01', query: { partial: true, next: 'x' }, summary: { total: 9 }, warnings: ['more'] },
      ...{ timeZone: 'UTC', remark: 'x', nextRunAt: 'tomorrow', pageToken: 'abc', endCursor: 'abc', moreover: 'x' },
    };
    assert.deepEqual(read(usual), {});
  });
});
