import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { SourcePage } from '../../../src/ports/index.js';
import { LOCATION, never, page, poll, QUERY, startApi, submit } from '../../support/sources/cxone-api.js';
import { failsWith } from '../../support/sources/cxone-failure.js';

const RESULTS = '/api/v2/reporting/analytics/results';

describe('where the standard is lenient, so is the source', () => {
  it('blanks around Location and Retry-After are no part of them', async (t) => {
    const headers = { location: `${LOCATION} \t`, 'retry-after': '7 ' };
    const api = await startApi(t, () => ({ status: 202, headers }));
    assert.deepEqual(await submit(api), { state: 'accepted', ticket: LOCATION, queryId: null, retryAfterMs: 7_000 });
  });

  it('a relative Location is resolved against the submission', async (t) => {
    for (const [location, ticket] of [
      ['analytics/results/q-1', `${RESULTS}/q-1`],
      ['./analytics/results/q-1?view=full', `${RESULTS}/q-1?view=full`],
      ['../reporting/results/q-1', '/api/v2/reporting/results/q-1'],
    ] as const) {
      const api = await startApi(t, () => ({ status: 202, headers: { location } }));
      assert.deepEqual(await submit(api), { state: 'accepted', ticket, queryId: null });
    }
  });

  it('a byte order mark before a page, a submission or a token is no part of it', async (t) => {
    const marked = (value: unknown): string => `\uFEFF${JSON.stringify(value)}`;
    const api = await startApi(
      t,
      ({ method }) =>
        method === 'POST'
          ? { status: 202, headers: { location: LOCATION }, body: marked({ queryId: 'q-7' }) }
          : { status: 200, body: marked(page()) },
      { grant: () => ({ status: 200, body: marked({ access_token: 't', expires_in: 60 }) }) },
    );
    assert.deepEqual(await submit(api), { state: 'accepted', ticket: LOCATION, queryId: 'q-7' });
    const { body, rows } = (await poll(api)) as SourcePage;
    assert.deepEqual([rows, Buffer.from(body).toString()], [1, JSON.stringify(page())]);
  });

  it('a 409 to a submission that was sent before says: come back; to a first one it is a refusal', async (t) => {
    const outstanding = { state: 'later', reason: 'submission outstanding', retryAfterMs: 3_000 };
    const api = await startApi(t, () => ({
      status: 409,
      headers: { 'retry-after': '3' },
      body: { title: 'Conflict' },
    }));
    const job = { query: QUERY, idempotencyKey: 'key-1', repeated: true };
    assert.deepEqual(await api.source.submit(job, never()), outstanding);
    await failsWith(submit(api), 'QueryRejected', /409: Conflict/);
    const body = { title: 'A request is outstanding for this Idempotency-Key' };
    const saying = await startApi(t, () => ({ status: 409, headers: { 'retry-after': '3' }, body }));
    assert.deepEqual(await submit(saying), outstanding);
  });

  it('an error object in a 200 fails with its own sentence, also beside rows', async (t) => {
    const errors: [Record<string, unknown>, RegExp][] = [
      [{ error: 'The index is closed.' }, /The index is closed\./],
      [{ error: { code: 'E7', message: 'The index is closed.' } }, /The index is closed\./],
      [{ errors: [{ message: 'The index is closed.' }] }, /The index is closed\./],
      [{ errors: ['The index is closed.'] }, /The index is closed\./],
      [{ fault: { faultstring: 'The index is closed.' } }, /The index is closed\./],
      [{ message: 'The index is closed.' }, /The index is closed\./],
      [{ ...page(), errors: [{ message: 'One shard failed.' }] }, /One shard failed\./],
      [{ ...page(), error: { x: 1 } }, /an error without a message/],
      [{ error: `\u001b[31m${'x'.repeat(500)}` }, /: \[31mx{1,199}\.$/],
    ];
    for (const [body, message] of errors) {
      const api = await startApi(t, () => ({ status: 200, body }));
      await failsWith(poll(api), 'MalformedResponse', message);
    }
    for (const none of [{ error: null }, { errors: [] }, { error: '' }, { error: false }, { fault: {} }]) {
      const api = await startApi(t, () => ({ status: 200, body: page(none) }));
      assert.equal((await poll(api)).state, 'page', JSON.stringify(none));
    }
  });
});

describe('a page that says that there is more', () => {
  it('carries the key where it has no token, and none where it has one', async (t) => {
    const api = await startApi(t, () => ({ status: 200, body: page({ pagination: { next: '/p2' } }) }));
    assert.equal(((await poll(api)) as SourcePage).moreBy, 'pagination.next');
    const followed = await startApi(t, () => ({ status: 200, body: page({ hasMore: true, nextPageToken: 'p2' }) }));
    assert.equal(((await poll(followed)) as SourcePage).moreBy, undefined);
    const link = await startApi(t, () => ({ status: 200, headers: { link: '</p2>; rel="next"' }, body: page() }));
    assert.equal(((await poll(link)) as SourcePage).moreBy, 'Link');
  });

  it('states a total in a header', async (t) => {
    const headers = { 'x-total-count': '319' };
    const api = await startApi(t, () => ({ status: 200, headers, body: page({ totalCount: null }) }));
    assert.equal(((await poll(api)) as SourcePage).atLeast, 319);
  });
});

describe('the name of a query', () => {
  it('is what a pending answer says', async (t) => {
    for (const status of [200, 202]) {
      const api = await startApi(t, () => ({ status, body: { queryId: 'q-9', status: 'RUNNING' } }));
      assert.deepEqual(await poll(api), { state: 'later', reason: 'running', queryId: 'q-9' });
    }
  });

  it('is what its place says, unless the last segment is a word', async (t) => {
    const api = await startApi(t, () => ({ status: 200, body: page() }));
    for (const [ticket, name] of [
      [`${RESULTS}/q-1`, 'q-1'],
      [`${RESULTS}/abc%20d?x=1`, 'abc d'],
      ['/api/v2/reporting/jobs/17', '17'],
      ['/api/v2/reporting/jobs/17/rows', undefined],
      ['/api/v2/reporting/latest?id=17', undefined],
    ] as const) {
      assert.equal(((await poll(api, { ticket })) as SourcePage).namedByTicket, name, ticket);
    }
  });

  it('a failure of another query is no failure of this one', async (t) => {
    const api = await startApi(t, () => ({ status: 200, body: { queryId: 'q-2', status: 'FAILED' } }));
    await failsWith(poll(api), 'MalformedResponse', /another query/);
  });

  it('a 202 whose body does not arrive whole says so', async (t) => {
    for (const [body, broken] of [
      ['{"queryId":"q-', true],
      ['', undefined],
      ['{}', undefined],
    ] as const) {
      const api = await startApi(t, () => ({ status: 202, headers: { location: LOCATION }, body }));
      const reply = await submit(api);
      assert.deepEqual([reply.state, 'broken' in reply ? reply.broken : undefined], ['accepted', broken]);
    }
  });
});
