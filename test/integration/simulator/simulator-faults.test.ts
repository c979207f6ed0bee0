import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startSimulator } from '../../../simulator/cxone/server.js';
import type { Fault } from '../../../simulator/faults/fault.js';
import type { FaultName } from '../../../simulator/faults/named.js';
import { PlainClient, startFaulty, struck, weekQuery } from '../../support/sources/simulator-calls.js';

const STATUSES = {
  '400': 400,
  '403': 403,
  '404': 404,
  '410': 410,
  '500': 500,
  '502': 502,
  '503': 503,
  '504': 504,
} as const;

for (const [name, status] of Object.entries(STATUSES) as [keyof typeof STATUSES, number][]) {
  test(`${name} answers a poll once, without its effect`, async (t) => {
    const { simulator, client } = await startFaulty(t, 'poll', name);
    const location = await client.locationOf();
    const response = await client.get(location);
    assert.equal(response.status, status);
    assert.equal(response.headers.get('retry-after'), null);
    assert.deepEqual(struck(simulator, name), { effect: false, status });
    assert.equal((await client.get(location)).status, 200);
  });
}

test('429 comes with seconds, a date, nonsense or nothing in Retry-After', async (t) => {
  const inAMinute = new Date(60_000).toUTCString();
  const cases: [FaultName | Fault, string | null][] = [
    ['429', '1'],
    [
      { kind: 'status', status: 429, retryAfter: { dateInSeconds: 60 }, revokeToken: false, afterEffect: false },
      inAMinute,
    ],
    ['429-illegal', 'soon'],
    ['429-bare', null],
  ];
  for (const [fault, expected] of cases) {
    const { client } = await startFaulty(t, 'poll', fault, { now: () => 0 });
    const response = await client.get(await client.locationOf());
    assert.deepEqual([response.status, response.headers.get('retry-after')], [429, expected]);
  }
});

test('401 leaves the token as it was, 401-revoked takes it back', async (t) => {
  for (const [fault, next] of [
    ['401', 200],
    ['401-revoked', 401],
  ] as const) {
    const { client } = await startFaulty(t, 'poll', fault);
    const location = await client.locationOf();
    assert.equal((await client.get(location)).status, 401);
    assert.equal((await client.get(location)).status, next);
    await client.authorise();
    assert.equal((await client.get(location)).status, 200);
  }
});

test('502-after hides a submission that took place', async (t) => {
  const { simulator, client } = await startFaulty(t, 'submit', '502-after');
  await client.authorise();
  assert.equal((await client.submit(weekQuery())).status, 502);
  assert.deepEqual(struck(simulator, '502-after'), { effect: true, status: 502 });
  assert.equal(simulator.queries().length, 1);
});

test('a connection dropped or reset before the effect leaves nothing behind, after it a query', async (t) => {
  for (const [fault, queries] of [
    ['drop-before', 0],
    ['reset-before', 0],
    ['drop-after', 1],
    ['reset-after', 1],
  ] as const) {
    const { simulator, client } = await startFaulty(t, 'submit', fault);
    await client.authorise();
    await assert.rejects(client.submit(weekQuery()), fault);
    assert.deepEqual(struck(simulator, fault), { effect: queries === 1, status: null });
    assert.equal(simulator.queries().length, queries);
  }
});

test('html and wrong-json answer 200 with what is not the API', async (t) => {
  for (const on of ['token', 'submit', 'poll'] as const) {
    const html = await startFaulty(t, on, 'html');
    const location = await html.client.locationOf().catch(() => '');
    if (on === 'poll') assert.match(await (await html.client.get(location)).text(), /^<!doctype html>/);
    assert.deepEqual(struck(html.simulator, 'html'), { effect: false, status: 200 });
  }
  const { client } = await startFaulty(t, 'poll', 'wrong-json');
  const response = await client.get(await client.locationOf());
  assert.deepEqual([response.status, Object.keys((await response.json()) as object)], [200, ['greeting']]);
});

test('redirect points to a login page, whose visitors the journal knows', async (t) => {
  const { simulator, client } = await startFaulty(t, 'poll', 'redirect');
  const response = await client.get(await client.locationOf());
  assert.deepEqual([response.status, response.headers.get('location')], [302, '/__login']);
  assert.equal(simulator.journal.count({ path: '/__login' }), 0);
  assert.equal((await client.get('/__login')).status, 200);
  assert.equal(simulator.journal.count({ path: '/__login' }), 1);
});

test('a status comes with 200, whatever state the query is in', async (t) => {
  for (const [fault, status] of [
    ['running', 'RUNNING'],
    ['failed', 'FAILED'],
    ['cancelled', 'CANCELLED'],
    ['expired', 'EXPIRED'],
  ] as const) {
    for (const polls of [0, 5]) {
      const { simulator, client } = await startFaulty(t, 'poll', fault, { run: { polls } });
      const response = await client.get(await client.locationOf());
      assert.equal(response.status, 200);
      assert.deepEqual(await response.json(), { queryId: simulator.queries()[0]?.queryId, status });
    }
  }
});

test('wrong-total, other-query and strange-rows spoil one page and nothing else of it', async (t) => {
  const spoil = async (fault: FaultName) => {
    const { client } = await startFaulty(t, 'poll', fault);
    const location = await client.locationOf();
    return { spoilt: await client.page(location), right: await client.page(location) };
  };
  const total = await spoil('wrong-total');
  assert.deepEqual(total.spoilt, { ...total.right, totalCount: 57 });
  const query = await spoil('other-query');
  assert.notEqual(query.spoilt.queryId, query.right.queryId);
  assert.deepEqual({ ...query.spoilt, queryId: query.right.queryId }, query.right);
  const rows = await spoil('strange-rows');
  assert.equal(rows.spoilt.data.length, rows.right.data.length);
  const asked = new Set(Object.keys(rows.right.data[0] ?? {}));
  assert.ok(rows.spoilt.data.every((row) => Object.keys(row).every((key) => !asked.has(key))));
});

test('page-loop sends a reader back to the page that it has just read', async (t) => {
  const { client } = await startFaulty(t, 'page', 'page-loop');
  const location = await client.locationOf();
  const first = await client.page(location);
  const second = await client.page(location, first.nextPageToken);
  assert.equal(second.nextPageToken, first.nextPageToken);
  const onFirst = await startFaulty(t, 'poll', 'page-loop');
  const place = await onFirst.client.locationOf();
  const looped = await onFirst.client.page(place);
  assert.deepEqual((await onFirst.client.page(place, looped.nextPageToken)).data, looped.data);
});

test('a page fault set on polls waits until the query is ready', async (t) => {
  const { client } = await startFaulty(t, 'poll', 'wrong-total', { run: { polls: 1 } });
  const location = await client.locationOf();
  assert.equal((await client.get(location)).status, 202);
  assert.equal((await client.page(location)).totalCount, 57);
});

test('a Location is missing or whatever it is told to be, and the query runs', async (t) => {
  const cases: [FaultName | Fault, string | null][] = [
    ['no-location', null],
    ['hostile-location', '.attacker.invalid/api/v2/reporting/analytics/results/1'],
    [{ kind: 'location', value: '//attacker.invalid/x' }, '//attacker.invalid/x'],
  ];
  for (const [fault, expected] of cases) {
    const { simulator, client } = await startFaulty(t, 'submit', fault);
    await client.authorise();
    const response = await client.submit(weekQuery());
    assert.deepEqual([response.status, response.headers.get('location')], [202, expected]);
    assert.equal(simulator.queries().length, 1);
  }
});

test('faults are added and dropped at run time through the admin endpoint, which refuses what is none', async (t) => {
  const simulator = await startSimulator({ run: { polls: 0 } });
  t.after(() => simulator.stop());
  const client = new PlainClient(simulator);
  const admin = (method: string, body?: unknown): Promise<Response> =>
    fetch(`${simulator.url}/__admin/faults`, { method, ...(body !== undefined && { body: JSON.stringify(body) }) });
  const location = await client.locationOf();
  assert.equal((await admin('POST', { rates: [{ on: 'poll', rate: 1, fault: '503' }] })).status, 204);
  assert.equal((await client.get(location)).status, 503);
  assert.deepEqual(await (await admin('GET')).json(), { '503': 1 });
  assert.equal((await admin('DELETE')).status, 204);
  assert.equal((await client.get(location)).status, 200);
  const refused = await admin('POST', { script: [{ fault: 'nonsense' }] });
  assert.equal(refused.status, 400);
  assert.match(((await refused.json()) as { message: string }).message, /script\.0\.fault.*drop-after/);
  assert.equal(simulator.journal.count({ path: '/__admin/faults' }), 0);
});
