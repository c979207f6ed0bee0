import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { DEFAULT_TENANT } from '../../../simulator/cxone/credentials.js';
import type { SimulatorOptions } from '../../../simulator/cxone/options.js';
import { startSimulator, type Simulator } from '../../../simulator/cxone/server.js';
import { readCatalogue } from '../../../simulator/catalogue.js';
import { createRowSource } from '../../../simulator/rows/row-source.js';
import { PlainClient, weekQuery } from '../../support/sources/simulator-calls.js';

const READY: SimulatorOptions = { run: { polls: 0 } };

async function start(
  t: TestContext,
  options: SimulatorOptions = READY,
): Promise<{ simulator: Simulator; client: PlainClient }> {
  const simulator = await startSimulator(options);
  t.after(() => simulator.stop());
  return { simulator, client: new PlainClient(simulator) };
}

test('issues a token for the credentials as form fields, encoded', async (t) => {
  const { client } = await start(t);
  const response = await client.authorise();
  assert.equal(response.status, 200);
  const { access_token: token, ...rest } = (await response.json()) as Record<string, unknown>;
  assert.equal(typeof token, 'string');
  assert.deepEqual(rest, { token_type: 'Bearer', expires_in: 3_600, scope: 'reporting:analytics:read journeys:read' });
});

test('refuses a secret that was not encoded, a wrong one, and another grant', async (t) => {
  const { simulator, client } = await start(t);
  const { clientId, clientSecret } = DEFAULT_TENANT;
  const body = `grant_type=client_credentials&client_id=${clientId}&client_secret=${clientSecret}`;
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const raw = await fetch(`${simulator.url}/api/v2/oauth/token`, { method: 'POST', headers, body });
  assert.equal(raw.status, 401);
  assert.equal((await client.authorise({ ...DEFAULT_TENANT, clientSecret: 'wrong' })).status, 401);
  assert.equal((await client.postForm({ grant_type: 'password' })).status, 400);
  assert.equal(simulator.journal.count({ operation: 'token', effect: true }), 0);
});

test('runs a query for as many polls as it is told, then serves every row, page by page', async (t) => {
  const { simulator, client } = await start(t, { run: { polls: 2 } });
  const location = await client.locationOf();
  assert.match(location, /^\/api\/v2\/reporting\/analytics\/results\/[\w-]+$/);
  for (let poll = 0; poll < 2; poll += 1) {
    const running = await client.get(location);
    assert.equal(running.status, 202);
    assert.equal(((await running.json()) as { status: string }).status, 'RUNNING');
  }
  const first = await client.page(location);
  assert.deepEqual(Object.keys(first), ['queryId', 'status', 'data', 'nextPageToken', 'totalCount']);
  assert.equal(first.totalCount, 56);
  assert.equal(first.data.length, 20);
  const expected = createRowSource({ org: 'acme', query: weekQuery() }).rows(0, Infinity);
  assert.deepEqual(await client.readAll(location), expected);
  const pages = simulator.journal.entries({ operation: 'page' });
  assert.deepEqual(
    pages.map(({ page, rows, effect }) => [page, rows, effect]),
    [
      [1, 20, true],
      [2, 16, true],
    ],
  );
});

test('runs a query for as long as it is told', async (t) => {
  let now = 0;
  const { client } = await start(t, { run: { ms: 60_000 }, now: () => now });
  const location = await client.locationOf();
  now = 59_999;
  assert.equal((await client.get(location)).status, 202);
  now = 60_000;
  assert.equal((await client.get(location)).status, 200);
});

test('an empty result is one page without rows', async (t) => {
  const { client } = await start(t, { ...READY, data: { rows: 0 } });
  const page = await client.page(await client.locationOf());
  assert.deepEqual([page.data, page.totalCount, page.nextPageToken], [[], 0, undefined]);
});

test('refuses what the catalogue and the limits refuse, naming the field', async (t) => {
  const { simulator, client } = await start(t);
  await client.authorise();
  const refuses = async (query: unknown, field: string): Promise<void> => {
    const response = await client.submit(query);
    assert.equal(response.status, 400);
    const body = (await response.json()) as { error: string; message: string; details: { field: string }[] };
    assert.equal(body.error, 'INVALID_QUERY');
    assert.ok(body.message.startsWith(field));
    assert.deepEqual(
      body.details.map((problem) => problem.field),
      [field],
    );
  };
  const { metrics, dimensions } = readCatalogue();
  await refuses(weekQuery({ metric: ['journeyStarted', 'noSuchMetric'] }), 'metric[1]');
  await refuses(weekQuery({ metric: metrics.slice(0, 11) }), 'metric');
  await refuses(weekQuery({ metric: [] }), 'metric');
  await refuses(weekQuery({ metric: ['journeyStarted', 'journeyStarted'] }), 'metric');
  await refuses(weekQuery({ dimension: ['planet'] }), 'dimension[0]');
  await refuses(weekQuery({ dimension: dimensions.slice(0, 5) }), 'dimension');
  await refuses(weekQuery({ limit: 10_001 }), 'limit');
  await refuses(weekQuery({ limit: 0 }), 'limit');
  await refuses(weekQuery({ reportType: 'weather' }), 'reportType');
  await refuses(weekQuery({ dateFrom: '2026-11-02T00:00:00+00:00' }), 'dateFrom');
  await refuses(weekQuery({ dateFrom: '2026-13-02' }), 'dateFrom');
  await refuses(weekQuery({ dateTo: '2026-11-02T00:00:00Z' }), 'dateTo');
  await refuses({ ...weekQuery(), timeGroupBy: 'minute' }, 'timeGroupBy');
  await refuses({ ...weekQuery(), filter: { planet: 'earth' } }, 'filter.planet');
  await refuses('not a query', '');
  assert.deepEqual(simulator.queries(), []);
  assert.equal(
    (await client.submit(weekQuery({ metric: metrics.slice(0, 10), dimension: dimensions.slice(0, 4) }))).status,
    202,
  );
});

test('answers the same query under the same key once, and refuses the key for another query', async (t) => {
  const { simulator, client } = await start(t);
  await client.authorise();
  const key = { 'idempotency-key': 'k1' };
  const first = await client.submit(weekQuery(), key);
  const again = await client.submit(weekQuery(), key);
  assert.equal(again.headers.get('location'), first.headers.get('location'));
  assert.equal((await client.submit(weekQuery({ limit: 5 }), key)).status, 422);
  await client.submit(weekQuery(), { 'idempotency-key': 'k2' });
  const submissions = simulator.journal.entries({ operation: 'submit' });
  assert.deepEqual(
    submissions.map(({ effect, repeated }) => [effect, repeated]),
    [
      [true, undefined],
      [false, true],
      [false, undefined],
      [true, undefined],
    ],
  );
});

test('makes a query of every submission when it ignores the key', async (t) => {
  const { simulator, client } = await start(t, { ...READY, idempotent: false });
  await client.authorise();
  await client.submit(weekQuery(), { 'idempotency-key': 'k1' });
  await client.submit(weekQuery(), { 'idempotency-key': 'k1' });
  assert.equal(simulator.queries().length, 2);
});

test('refuses tokens that are missing, made up, expired or revoked', async (t) => {
  let now = 0;
  const { simulator, client } = await start(t, { ...READY, tokenLifetimeS: 100, now: () => now });
  assert.equal((await client.get('/api/v2/reporting/analytics/results/x')).status, 401);
  const location = await client.locationOf();
  assert.equal((await client.get(location)).status, 200);
  now = 100_000;
  assert.equal((await client.get(location)).status, 401);
  await client.authorise();
  assert.equal((await client.get(location)).status, 200);
  await fetch(`${simulator.url}/__admin/revoke-tokens`, { method: 'POST' });
  assert.equal((await client.get(location)).status, 401);
  assert.equal(simulator.issuedTokens().length, 2);
});

test('answers 403 when the scope is lacking', async (t) => {
  const { client } = await start(t, { ...READY, scope: 'reporting:analytics:read' });
  await client.authorise();
  const response = await client.submit(weekQuery());
  assert.equal(response.status, 403);
  assert.match(((await response.json()) as { message: string }).message, /journeys:read/);
});

test('knows no query of another organisation, and no page token of another query', async (t) => {
  const other = { org: 'other', clientId: 'other', clientSecret: 'other' };
  const { client } = await start(t, { ...READY, tenants: [DEFAULT_TENANT, other] });
  const location = await client.locationOf();
  const { nextPageToken } = await client.page(location);
  const second = (await client.submit(weekQuery())).headers.get('location') ?? '';
  assert.equal((await client.get(second, nextPageToken)).status, 400);
  assert.equal((await client.get(location, 'bm9uc2Vuc2U')).status, 400);
  await client.authorise(other);
  assert.equal((await client.get(location)).status, 404);
});

test('limits the requests of a window, and says how long to wait', async (t) => {
  let now = 0;
  const { client } = await start(t, { ...READY, rateLimit: { requests: 2, windowMs: 10_000 }, now: () => now });
  const location = await client.locationOf();
  assert.equal((await client.get(location)).status, 200);
  now = 4_000;
  const limited = await client.get(location);
  assert.deepEqual([limited.status, limited.headers.get('retry-after')], [429, '6']);
  now = 10_000;
  assert.equal((await client.get(location)).status, 200);
});

test('caps a result silently, with the real total and no further token, or says so', async (t) => {
  for (const stated of [false, true]) {
    const { client } = await start(t, { ...READY, cap: { rows: 30, stated } });
    const location = await client.locationOf();
    const first = await client.page(location);
    assert.deepEqual([first.totalCount, first.truncated], [56, stated ? true : undefined]);
    assert.equal((await client.readAll(location)).length, 30);
  }
});

test('names an absolute Location, leaves out totals, and changes its data, when told to', async (t) => {
  const { simulator, client } = await start(t, { ...READY, location: 'absolute', stateTotal: false });
  const location = await client.locationOf();
  assert.ok(location.startsWith(`${simulator.url}/api/v2/reporting/`));
  const before = await client.page(location);
  assert.equal(before.totalCount, undefined);
  simulator.setData({ seed: 'restated' });
  assert.deepEqual(await client.page(location), before);
  const again = await client.page((await client.submit(weekQuery())).headers.get('location') ?? '');
  assert.notDeepEqual(again.data, before.data);
});

test('keeps credentials and tokens out of its journal', async (t) => {
  const { simulator, client } = await start(t);
  await client.page(await client.locationOf());
  const journal = await (await fetch(`${simulator.url}/__admin/journal`)).text();
  assert.deepEqual(JSON.parse(journal), simulator.journal.entries());
  const [token = 'none'] = simulator.issuedTokens();
  for (const secret of [token, DEFAULT_TENANT.clientSecret, DEFAULT_TENANT.clientId])
    assert.ok(!journal.includes(secret));
  const [issued, submitted] = simulator.journal.entries();
  assert.match(issued?.tokenFingerprint ?? '', /^[0-9a-f]{12}$/);
  assert.equal(issued?.tokenFingerprint, submitted?.tokenFingerprint);
  assert.deepEqual(submitted?.query, weekQuery());
});

test('a taken port is named, with what to do', async (t) => {
  const { simulator } = await start(t);
  const port = Number(new URL(simulator.url).port);
  await assert.rejects(startSimulator({ port }), {
    name: 'InvalidSimulatorOption',
    message: new RegExp(`:${port} .*another port`),
  });
});
