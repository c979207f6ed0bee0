import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { mostAtOnce, shortestGapMs, startFleet, type Fleet } from '../../support/fleet.js';
import { startSuite, type Suite } from '../../support/product.js';
import { until } from '../../support/until.js';

let suite: Suite;
let fleet: Fleet | undefined;

before(async () => {
  suite = await startSuite();
  const limits = { queriesAtOnce: 1, gap: '1 s', requestsPerMinute: 10_000 };
  fleet = await startFleet(suite, { workers: 3, orgs: 2, limits, polls: 0 });
});
after(async () => {
  await fleet?.stop();
  await suite.stop();
});

const started = (): Fleet => {
  assert.ok(fleet);
  return fleet;
};

describe('runs of an organisation with limits', () => {
  it('have their turn one after another, with the gap between them, whichever worker they are on', async () => {
    const { product, orgs, spans: spansOf } = started();
    const { client, request } = product;
    const [org = ''] = orgs;
    const runs = await Promise.all(
      Array.from({ length: 3 }, async (_, n) =>
        client.start({ ...request(), org, query: { ...request().query, dateTo: `2026-11-0${n + 2}` } }),
      ),
    );
    const results = await Promise.all(runs.map((run) => run.result()));
    assert.deepEqual(new Set(results.map(({ outcome }) => outcome)), new Set(['completed']));
    const spans = spansOf(org);
    assert.equal(spans.length, 3);
    assert.equal(mostAtOnce(spans), 1);
    assert.ok(shortestGapMs(spans) >= 1_000, `${shortestGapMs(spans)} ms`);
  });

  it('cost a dead organisation five requests, and it is left alone then', async () => {
    const { product, deadOrg, dead } = started();
    const { client, request } = product;
    const runs = await Promise.all(
      [2, 3, 4].map((day) =>
        client.start({
          ...request(),
          org: deadOrg,
          poll: { deadline: '30 s' },
          query: { ...request().query, dateTo: `2026-11-0${day}` },
        }),
      ),
    );
    const state = async () => (await product.records.gateState.states([deadOrg], AbortSignal.timeout(9_000)))[0];
    await until('an open circuit', state, (each) => each?.circuit === 'open');
    const sent = dead.cxone.journal.entries().length;
    assert.ok(sent <= 5 + 3, `${sent} requests`);
    await Promise.all(runs.map((run) => run.cancel()));
    for (const run of runs) await assert.rejects(run.result());
  });
});
