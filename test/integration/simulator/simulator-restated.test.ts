import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { SimulatorOptions } from '../../../simulator/cxone/options.js';
import { startSimulator, type Simulator } from '../../../simulator/cxone/server.js';
import { createRowSource } from '../../../simulator/rows/row-source.js';
import { PlainClient, weekQuery } from '../../support/sources/simulator-calls.js';

const PROVISIONAL = { late: 0.2, corrected: 0.3, removed: 0.2, settledBefore: '2026-11-04' };

async function start(
  t: TestContext,
  options: SimulatorOptions,
): Promise<{ simulator: Simulator; client: PlainClient; admin: (method: string, body?: string) => Promise<Response> }> {
  const simulator = await startSimulator({ run: { polls: 0 }, ...options });
  t.after(() => simulator.stop());
  const admin = (method: string, body?: string): Promise<Response> =>
    fetch(`${simulator.url}/__admin/data`, { method, ...(body !== undefined && { body }) });
  return { simulator, client: new PlainClient(simulator), admin };
}

test('states the total of, pages through and keeps the provisional rows that it serves', async (t) => {
  const resultFolder = mkdtempSync(join(tmpdir(), 'simulator-'));
  t.after(() => {
    rmSync(resultFolder, { recursive: true });
  });
  const { client } = await start(t, { data: PROVISIONAL, resultFolder });
  const location = await client.locationOf();
  const { totalCount, queryId } = await client.page(location);
  const rows = await client.readAll(location);
  const settled = createRowSource({ org: 'acme', query: weekQuery() }).rows(0, Infinity);
  assert.notDeepEqual(rows, settled);
  assert.equal(totalCount, rows.length);
  assert.deepEqual(JSON.parse(readFileSync(join(resultFolder, `${queryId}.json`), 'utf8')), rows);
});

test('is told over HTTP what has settled: the same query gives other rows then, one accepted before keeps its own', async (t) => {
  const { client, admin } = await start(t, { data: { seed: 'mine', ...PROVISIONAL } });
  const first = await client.locationOf();
  const rows = await client.readAll(first);
  assert.equal((await admin('POST', '{"settledBefore": "2026-12-01"}')).status, 204);
  assert.deepEqual(await client.readAll(first), rows);
  const settled = createRowSource({ org: 'acme', query: weekQuery(), data: { seed: 'mine' } }).rows(0, Infinity);
  assert.deepEqual(await client.readAll(await client.locationOf()), settled);
  const { seed, late, settledBefore } = (await (await admin('GET')).json()) as Record<string, unknown>;
  assert.deepEqual([seed, late, settledBefore], ['mine', 0.2, '2026-12-01'], 'what was not named is as it was');
});

test('refuses data settings that make no sense over HTTP, and changes nothing', async (t) => {
  const { simulator, client, admin } = await start(t, {});
  const rows = await client.readAll(await client.locationOf());
  for (const [body, named] of [
    ['{"settledBefore": "soon"}', /settledBefore/],
    ['{"later": 1}', /later/],
    ['no JSON', /JSON/],
  ] as const) {
    const refused = await admin('POST', body);
    assert.equal(refused.status, 400);
    assert.match(((await refused.json()) as { message: string }).message, named);
  }
  assert.throws(() => {
    simulator.changeData({ removed: 2 });
  }, /removed/);
  assert.deepEqual(await client.readAll(await client.locationOf()), rows);
});

test('never gets ready with a window above the hours it is told, however often it is asked', async (t) => {
  const { client } = await start(t, { run: { polls: 0, neverAboveHours: 24 } });
  await client.authorise();
  const statusOf = async (dateTo: string): Promise<number> => {
    const location = (await client.submit(weekQuery({ dateTo }))).headers.get('location') ?? '';
    for (let poll = 0; poll < 5; poll += 1) await client.get(location);
    return (await client.get(location)).status;
  };
  assert.equal(await statusOf('2026-11-03T00:00:00Z'), 200);
  assert.equal(await statusOf('2026-11-03T01:00:00Z'), 202);
});
