import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import type { Gate, Turn, TurnKey } from '../../../src/ports/index.js';
import { Database } from '../../../src/records/postgres/database.js';
import { turnGate } from '../../../src/records/gate/gate.js';
import { execute } from '../../support/records/postgres.js';
import { PATIENCE, postgresWithRecords } from '../../support/records/records.js';

const postgres = postgresWithRecords();

const ORG = 'acme';
const keyOf = (run: string): TurnKey => ({ org: ORG, source: 'analytics', runKey: run, generation: 1 });

interface World {
  readonly url: string;
  /** Each with connections of its own. */
  readonly workers: readonly Gate[];
  readonly ask: (
    run: string,
    more?: { priority?: 1 | 2 | 3; gapMs?: number; queriesAtOnce?: number; by?: number },
  ) => Promise<Turn>;
  /** As if time had passed: every instant of the gate lies further back. */
  readonly pass: (interval: string) => Promise<void>;
}

async function world(t: TestContext, count = 3): Promise<World> {
  const url = await postgres.database();
  const databases = Array.from({ length: count }, () => new Database({ url }));
  t.after(() => Promise.all(databases.map((each) => each.close())));
  const workers = databases.map(turnGate);
  return {
    url,
    workers,
    async ask(run, { priority = 1, by = 0, gapMs, queriesAtOnce = 1 } = {}) {
      const limits = { queriesAtOnce, ...(gapMs !== undefined && { gapMs }) };
      const turn = await workers[by]?.ask({ ...keyOf(run), priority, limits }, PATIENCE);
      assert.ok(turn);
      return turn;
    },
    async pass(interval) {
      const back = (column: string): string => `${column} = ${column} - interval '${interval}'`;
      await execute(url, `UPDATE gate_orgs SET ${back('last_post_at')}, ${back('open_until')}`);
      await execute(url, `UPDATE gate_holders SET ${back('until')}, ${back('looked_at')}`);
      await execute(url, `UPDATE gate_waiters SET ${back('since')}, ${back('next_look')}`);
    },
  };
}

const first = (workers: readonly Gate[]): Gate => {
  const [gate] = workers;
  assert.ok(gate);
  return gate;
};

describe('the gate', () => {
  it('lets as many in as there are slots, however many workers ask at once', async (t) => {
    const { ask } = await world(t);
    const turns = await Promise.all(
      Array.from({ length: 30 }, (_, run) => ask(`run-${run}`, { by: run % 3, queriesAtOnce: 4 })),
    );
    assert.equal(turns.filter(({ state }) => state === 'granted').length, 4);
  });

  it('lets nobody in until a gap after the last submission was answered is over, slots or not', async (t) => {
    const { ask, pass, workers } = await world(t);
    const gap = { queriesAtOnce: 9, gapMs: 31_000 };
    assert.equal((await ask('a', gap)).state, 'granted');
    assert.equal((await ask('b', gap)).state, 'wait', 'the first one is still submitting');
    await pass('40 seconds');
    assert.equal((await ask('b', gap)).state, 'wait', 'and so it is, however long it takes');
    await first(workers).posted(keyOf('a'), 2_000, PATIENCE);
    await pass('30 seconds');
    const turn = await ask('b', gap);
    assert.ok(turn.state === 'wait' && turn.lookInMs <= 1_000, JSON.stringify(turn));
    await pass('1 seconds');
    assert.equal((await ask('b', gap)).state, 'granted');
  });

  it('gives a submission up that its own run asks for again, and counts the gap from there', async (t) => {
    const { ask, pass } = await world(t);
    const gap = { queriesAtOnce: 9, gapMs: 31_000 };
    await ask('a', gap);
    await pass('2 minutes');
    const again = await ask('a', { ...gap, by: 1 });
    assert.equal(again.state, 'wait', 'what the killed worker sent may have arrived a moment ago');
    await pass('31 seconds');
    assert.equal((await ask('a', gap)).state, 'granted');
  });

  it('keeps the slot of a holder until its next planned poll and 15 minutes more', async (t) => {
    const { ask, pass, workers } = await world(t);
    await ask('a');
    await first(workers).posted(keyOf('a'), 300_000, PATIENCE);
    await pass('19 minutes 50 seconds');
    assert.equal((await ask('b')).state, 'wait');
    await pass('11 seconds');
    assert.equal((await ask('b', { by: 1 })).state, 'granted');
  });

  it('counts a lapsed holder again that returns, and lets nobody in meanwhile', async (t) => {
    const { ask, pass, workers } = await world(t);
    await ask('a');
    await pass('16 minutes');
    await ask('b');
    await first(workers).renew(keyOf('a'), 2_000, PATIENCE);
    await first(workers).end(keyOf('b'), true, PATIENCE);
    assert.equal((await ask('c')).state, 'wait', 'the query of a still runs');
    await first(workers).end(keyOf('a'), true, PATIENCE);
    assert.equal((await ask('c')).state, 'granted');
  });

  it('sends a lapsed holder that has not submitted to the queue', async (t) => {
    const { ask, pass } = await world(t);
    await ask('a');
    await pass('16 minutes');
    await ask('b');
    assert.deepEqual((await ask('a')).state, 'wait');
  });

  it('gives a free slot to the first in line, and to a later one where the first looks late', async (t) => {
    const { ask, pass, workers } = await world(t);
    await ask('a');
    await ask('b');
    await pass('1 seconds');
    assert.deepEqual(await ask('c').then((turn) => turn.state === 'wait' && turn.ahead), 1);
    await first(workers).end(keyOf('a'), true, PATIENCE);
    assert.equal((await ask('c')).state, 'wait', 'b looks within 10 s');
    await pass('2 minutes');
    assert.equal((await ask('c')).state, 'granted', 'b did not come');
  });

  it('puts people before schedules before backfills, and one up after an hour', async (t) => {
    const { ask, pass } = await world(t);
    await ask('holder');
    await ask('backfill', { priority: 3 });
    await ask('schedule', { priority: 2 });
    const ahead = async (run: string, priority: 1 | 2 | 3): Promise<number> => {
      const turn = await ask(run, { priority });
      return turn.state === 'wait' ? turn.ahead : -1;
    };
    assert.equal(await ahead('person', 1), 0);
    assert.equal(await ahead('schedule', 2), 1);
    assert.equal(await ahead('backfill', 3), 2);
    for (let n = 0; n < 7; n += 1) {
      await pass('10 minutes');
      for (const [run, priority] of [
        ['holder', 1],
        ['person', 1],
        ['schedule', 2],
        ['backfill', 3],
      ] as const)
        await ask(run, { priority });
    }
    assert.equal(await ahead('new schedule', 2), 3, 'the backfill is older, and counts as much now');
    assert.equal(await ahead('new person', 1), 2, 'the schedule counts like a person now');
  });

  it('drops a waiter that is 15 minutes late, so that it begins again', async (t) => {
    const { ask, pass, url } = await world(t);
    await ask('a');
    await ask('b');
    await pass('14 minutes');
    await ask('a');
    assert.equal((await execute(url, 'SELECT 1 FROM gate_waiters')).length, 1);
    await pass('14 minutes');
    await ask('a');
    assert.equal((await execute(url, 'SELECT 1 FROM gate_waiters')).length, 0);
  });

  it('frees the slot of a query that ended; one that may run on keeps it for 6 hours, and is looked at once a minute', async (t) => {
    const { ask, pass, workers, url } = await world(t);
    const gate = first(workers);
    await ask('a');
    await gate.end(keyOf('a'), false, PATIENCE);
    assert.equal((await ask('b')).state, 'granted', 'nothing was ever sent for a');
    await execute(
      url,
      `INSERT INTO submissions (run_key, generation, state, idempotency_key, begun_at) VALUES ('b', 1, 'unknown', 'k', now())`,
    );
    await gate.end(keyOf('b'), false, PATIENCE);
    const turn = await ask('c');
    assert.deepEqual(turn.state === 'wait' && turn.abandoned, { runKey: 'b', generation: 1 });
    const again = await ask('d', { by: 1 });
    assert.equal(again.state === 'wait' && again.abandoned, undefined);
    await pass('5 hours 59 minutes');
    assert.equal((await ask('c')).state, 'wait');
    await pass('61 seconds');
    assert.equal((await ask('c')).state, 'granted');
  });

  it('leaves other organisations alone', async (t) => {
    const { ask, workers } = await world(t);
    await ask('a');
    const other = { ...keyOf('z'), org: 'globex', priority: 1, limits: { queriesAtOnce: 1 } } as const;
    assert.deepEqual(await first(workers).ask(other, PATIENCE), { state: 'granted' });
  });

  it('never has more holders than slots, whatever workers do at once', async (t) => {
    const { workers, url } = await world(t, 4);
    const seen: number[] = [];
    const run = async (gate: Gate, name: string): Promise<void> => {
      const ask = { ...keyOf(name), priority: 1, limits: { queriesAtOnce: 3 } } as const;
      for (let looks = 0; looks < 200; looks += 1) {
        if ((await gate.ask(ask, PATIENCE)).state === 'granted') {
          await gate.posted(keyOf(name), 0, PATIENCE);
          const [row] = await execute<{ n: number }>(url, 'SELECT count(*)::integer AS n FROM gate_holders');
          seen.push(row?.n ?? 0);
          await gate.renew(keyOf(name), 0, PATIENCE);
          return gate.end(keyOf(name), true, PATIENCE);
        }
      }
      assert.fail(`${name} never had its turn`);
    };
    await Promise.all(workers.flatMap((gate, w) => Array.from({ length: 6 }, (_, n) => run(gate, `run-${w}-${n}`))));
    assert.equal(seen.length, 24);
    assert.ok(Math.max(...seen) <= 3, `${Math.max(...seen)} at once`);
  });
});
