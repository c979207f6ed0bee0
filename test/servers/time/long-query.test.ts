import assert from 'node:assert/strict';
import { after, before, describe, it, type TestContext } from 'node:test';
import type { CxoneEntry } from '../../../simulator/cxone/server.js';
import type { SimulatorOptions } from '../../../simulator/cxone/options.js';
import type { Recorded } from '../../../simulator/journal.js';
import type { AggregateResult } from '../../../src/contract/result/result.js';
import { scheduledActivities } from '../../support/workflow/history-chain.js';
import { testPostgres } from '../../support/records/postgres.js';
import { startProductInTime, type ProductInTime } from '../../support/workflow/product-in-time.js';
import { createRig, type Rig } from '../../support/workflow/workflow-rig.js';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
/** Activities take real time, and workflow time goes on meanwhile. */
const SLACK_MS = 5 * SECOND_MS;

const at = (entry: Recorded<CxoneEntry> | undefined): number => Date.parse(entry?.at ?? '');
const gaps = (entries: readonly Recorded<CxoneEntry>[]): number[] =>
  entries.slice(1).map((entry, index) => at(entry) - at(entries[index]));

describe('a query that takes hours, by real activities on workflow time', () => {
  const postgres = testPostgres();
  let rig: Rig;
  before(async () => {
    rig = await createRig('time-skipping');
  });
  after(() => rig.stop());

  async function aggregate(
    t: TestContext,
    cxone: SimulatorOptions,
  ): Promise<{ product: ProductInTime; result: AggregateResult; journal: readonly Recorded<CxoneEntry>[] }> {
    const databaseUrl = await postgres.emptyDatabase();
    const product = await startProductInTime(t, { rig, databaseUrl, cxone: { data: { rows: 30 }, ...cxone } });
    const result = await product.run(async ({ start }) => (await start()).result());
    assert.equal(result.outcome, 'completed');
    return { product, result, journal: product.simulator.cxone.journal.entries() };
  }

  it('of 5 hours costs at most 140 polls and is seen within 10 % of its time, on tokens of an hour', async (t) => {
    const { result, journal } = await aggregate(t, { run: { ms: 5 * HOUR_MS } });
    const of = (operation: CxoneEntry['operation']): typeof journal =>
      journal.filter((entry) => entry.operation === operation);
    const polls = of('poll');
    const delayMs = at(polls.at(-1)) - at(of('submit')[0]) - 5 * HOUR_MS;
    t.diagnostic(`${polls.length} polls, seen ${(delayMs / MINUTE_MS).toFixed(1)} min after it was ready`);
    assert.ok(polls.length <= 140, `${polls.length} polls`);
    assert.ok(delayMs >= 0 && delayMs <= HOUR_MS / 2, `seen ${delayMs} ms after it was ready`);
    assert.equal(result.rows.returned, 30);

    const tokens = of('token');
    assert.equal(tokens.length, 6);
    for (const gap of gaps(tokens)) {
      assert.ok(gap >= 55 * MINUTE_MS && gap < 60 * MINUTE_MS, `a token was renewed at ${gap} ms of age`);
    }
    assert.deepEqual(new Set(journal.map(({ status }) => status)), new Set([200, 202]));
    assert.equal(scheduledActivities(rig.recorded.at(-1), 'fetchToken').length, tokens.length);
  });

  it('renews a token of less than ten minutes at half its life, each time before it is used', async (t) => {
    const { journal } = await aggregate(t, { run: { ms: HOUR_MS / 2 }, tokenLifetimeS: 100 });
    let tokenAt = 0;
    for (const entry of journal) {
      if (entry.operation === 'token') tokenAt = at(entry);
      else assert.ok(at(entry) - tokenAt < 50 * SECOND_MS + SLACK_MS, `${entry.operation} ${entry.at}`);
    }
    assert.equal(journal.filter(({ status }) => status === 401).length, 0);
    const tokens = journal.filter(({ operation }) => operation === 'token');
    for (const gap of gaps(tokens)) assert.ok(gap >= 50 * SECOND_MS, `renewed at ${gap} ms of age`);
    assert.ok(tokens.length > 10, `${tokens.length} tokens`);
  });

  it('loses one request, and no more, to a token that dies before its time', async (t) => {
    const faults = { script: [{ on: 'poll' as const, nth: 30, fault: '401-revoked' as const }] };
    const { journal } = await aggregate(t, { run: { ms: HOUR_MS / 2 }, faults });
    const index = journal.findIndex(({ status }) => status === 401);
    const around = journal.slice(index, index + 3).map(({ operation, status }) => [operation, status]);
    assert.deepEqual(around, [
      ['poll', 401],
      ['token', 200],
      ['poll', 202],
    ]);
    assert.equal(journal.filter(({ status }) => status === 401).length, 1);
  });

  for (const on of ['token', 'submit', 'poll'] as const) {
    it(`leaves the source alone for the hour that a Retry-After of a ${on} asks for`, async (t) => {
      const status = on === 'token' ? 503 : 429;
      const fault = { kind: 'status' as const, status, retryAfter: { seconds: 3_600 } };
      const { journal } = await aggregate(t, { faults: { script: [{ on, fault }] } });
      const index = journal.findIndex((entry) => entry.status === status);
      const waited = at(journal[index + 1]) - at(journal[index]);
      assert.ok(waited >= HOUR_MS && waited < HOUR_MS + SLACK_MS, `the next request came after ${waited} ms`);
    });
  }
});
