import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { RunHandle } from '../../../src/client.js';
import { mostAtOnce, shortestGapMs, startFleet, type Fleet } from '../../support/fleet.js';
import { startSuite, type Suite } from '../../support/product.js';
import { startQuickWorker } from '../../support/quick-worker.js';
import { until } from '../../support/until.js';
import type { WorkerProcess } from '../../../stack/product/worker-process.js';

const RUNS = 200;
/** With the dead one. */
const ORGS = 20;
const WORKERS = 4;
const LIMITS = { queriesAtOnce: 2, gap: '1 s', requestsPerMinute: 10_000 };
const GAP_MS = 1_000;
const OF_THE_FLOOD = 40;
const OF_THE_DEAD = 16;
const OF_EACH_OTHER = (RUNS - OF_THE_FLOOD - OF_THE_DEAD) / (ORGS - 2);
/** Answers that open the circuit, and how long it stays open, as in the limits of every source. */
const OPENS_AT = 5;
const PROBE_MS = 60_000;
/** For a machine that is busy with other things. */
const DEADLINE_MS = 540_000;

describe(`${WORKERS} workers, ${ORGS} organisations, ${RUNS} runs; one organisation is dead, one floods`, () => {
  let suite: Suite;
  let fleet: Fleet;
  const workers: WorkerProcess[] = [];
  before(async () => {
    suite = await startSuite();
    fleet = await startFleet(suite, { workers: 0, orgs: ORGS - 1, limits: LIMITS, polls: 1 });
    workers.push(...(await Promise.all(Array.from({ length: WORKERS }, () => startQuickWorker(fleet)))));
  });
  after(async () => {
    await Promise.all(workers.map((worker) => worker.stop(15_000)));
    await fleet.stop();
    await suite.stop();
  });

  /** Each run has a window of its own. */
  function startRuns(org: string, runs: number): Promise<readonly RunHandle[]> {
    const { client, request } = fleet.product;
    const { query } = request();
    const days = Array.from({ length: runs }, (_, n) => new Date(Date.UTC(2026, 8, 1 + n)).toISOString().slice(0, 10));
    return Promise.all(
      days.map((day) => client.start({ ...request(), org, query: { ...query, dateFrom: day, dateTo: nextDay(day) } })),
    );
  }

  it('keeps every limit, finishes what can finish, and loses no run when a worker is killed', async () => {
    const [flood = '', ...others] = fleet.orgs;
    const flooding = await startRuns(flood, OF_THE_FLOOD);
    const lost = await startRuns(fleet.deadOrg, OF_THE_DEAD);
    const healthy = (await Promise.all(others.map((org) => startRuns(org, OF_EACH_OTHER)))).flat();
    assert.equal(flooding.length + lost.length + healthy.length, RUNS);

    await killAWorker(healthy.length / 4);
    const ends = await Promise.all(healthy.map((run) => run.result()));
    assert.deepEqual(new Set(ends.map(({ outcome }) => outcome)), new Set(['completed']));

    assertLimits();
    assertDeadOneCostLittle();
    const open = [...flooding, ...lost];
    await Promise.allSettled(open.map((run) => run.cancel()));
    const closed = await Promise.allSettled(open.map((run) => run.result()));
    const completed = healthy.length + closed.filter(({ status }) => status === 'fulfilled').length;
    assert.ok(completed > healthy.length, 'the flood had its turns, too');
    await assertNothingLost(completed);
  });

  /** One that has the slots of several organisations. */
  async function killAWorker(delivered: number): Promise<void> {
    const { receiver } = fleet.product.simulator;
    await until(
      'the first deliveries',
      () => receiver.windows().size,
      (size) => size >= delivered,
      DEADLINE_MS,
    );
    const [killed] = workers;
    process.kill(killed?.pid ?? 0, 'SIGKILL');
    assert.equal(await killed?.exited, null);
  }

  function assertLimits(): void {
    for (const org of fleet.orgs) {
      const spans = fleet.spans(org);
      if (org !== fleet.orgs[0]) assert.equal(spans.length, OF_EACH_OTHER, `queries of ${org}`);
      assert.ok(mostAtOnce(spans) <= LIMITS.queriesAtOnce, `${org}: ${mostAtOnce(spans)} at once`);
      assert.ok(shortestGapMs(spans) >= GAP_MS, `${org}: ${shortestGapMs(spans)} ms`);
    }
  }

  /** By its own journal: what opened the circuit, what was under way then, and one probe a period. */
  function assertDeadOneCostLittle(): void {
    const sent = fleet.dead.cxone.journal.entries().map(({ at }) => Date.parse(at));
    const periods = Math.ceil((Math.max(...sent) - Math.min(...sent)) / PROBE_MS);
    const most = OPENS_AT + LIMITS.queriesAtOnce + periods;
    assert.ok(sent.length >= OPENS_AT && sent.length <= most, `${sent.length} requests in ${periods} periods`);
  }

  async function assertNothingLost(completed: number): Promise<void> {
    const { auditLog, gateState } = fleet.product.records;
    const signal = AbortSignal.timeout(60_000);
    const entries = await auditLog.list({ limit: RUNS + 1 }, signal);
    const count = (status: string): number => entries.filter((entry) => entry.status === status).length;
    assert.deepEqual([count('completed'), count('cancelled'), entries.length], [completed, RUNS - completed, RUNS]);
    assert.equal(fleet.product.simulator.receiver.windows().size, completed);
    for (const { org, holders, waiting } of await gateState.states([...fleet.orgs, fleet.deadOrg], signal)) {
      // A query of the flood that was cancelled while it ran keeps its slot until its end is seen.
      assert.deepEqual([org, holders.filter(({ abandoned }) => !abandoned), waiting], [org, [], 0]);
      if (org !== fleet.orgs[0]) assert.deepEqual([org, holders], [org, []]);
    }
  }
});

function nextDay(day: string): string {
  return new Date(Date.parse(day) + 86_400_000).toISOString().slice(0, 10);
}
