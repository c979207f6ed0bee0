import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { TurnKey } from '../../../src/ports/index.js';
import { turnGate } from '../../../src/records/gate/gate.js';
import { Database } from '../../../src/records/postgres/database.js';
import { GateModel } from '../../support/records/gate-model.js';
import { postgresClock } from '../../support/records/postgres-clock.js';
import { PATIENCE, postgresWithRecords } from '../../support/records/records.js';

const postgres = postgresWithRecords();

type Step =
  | { readonly do: 'ask'; readonly run: number; readonly priority: 1 | 2 | 3 }
  | { readonly do: 'posted' | 'renew'; readonly run: number; readonly pollMs: number }
  | { readonly do: 'end'; readonly run: number }
  | { readonly do: 'pass'; readonly ms: number };

const run = fc.integer({ min: 0, max: 3 });
/** At, just before and just after each time that the contract names. */
const ms = fc
  .tuple(fc.constantFrom(1_000, 10_000, 31_000, 60_000, 300_000, 900_000, 3_600_000), fc.constantFrom(-1, 0, 1))
  .map(([time, more]) => time + more);
const asking = fc.record({
  do: fc.constant('ask' as const),
  run,
  priority: fc.constantFrom(1 as const, 2 as const, 3 as const),
});
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: asking },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constantFrom('posted' as const, 'renew' as const),
      run,
      pollMs: fc.constantFrom(0, 2_000, 60_000),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('end' as const), run }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('pass' as const), ms }) },
);

test('the gate of several workers is that of a small model, by the clock of Postgres alone', async (t) => {
  const clock = await postgresClock(t, await postgres.database());
  const databases = [0, 1].map(() => new Database({ url: clock.url }));
  t.after(() => Promise.all(databases.map((each) => each.close())));
  const workers = databases.map(turnGate);
  let org = 0;
  const limits = fc.record({ slots: fc.integer({ min: 1, max: 2 }), gapMs: fc.constantFrom(0, 31_000) });
  await fc.assert(
    fc.asyncProperty(limits, fc.array(step, { minLength: 10, maxLength: 40 }), async ({ slots, gapMs }, steps) => {
      org += 1;
      const model = new GateModel(clock.now);
      const held = new Set<number>();
      for (const [n, each] of steps.entries()) {
        if (each.do === 'pass') {
          await clock.pass(each.ms);
          continue;
        }
        const gate = workers[n % workers.length] ?? assert.fail();
        const name = `org ${org} run ${each.run}`;
        const key: TurnKey = { org: `org-${org}`, source: 'analytics', runKey: name, generation: 1 };
        if (each.do === 'ask') {
          const ask = {
            ...key,
            priority: each.priority,
            limits: { queriesAtOnce: slots, ...(gapMs > 0 && { gapMs }) },
          };
          const turn = await gate.ask(ask, PATIENCE);
          const expected = model.ask({ run: name, priority: each.priority, slots, gapMs });
          assert.equal(turn.state === 'granted', expected.granted, JSON.stringify([n, turn, expected]));
          if (turn.state === 'granted') {
            held.add(each.run);
            continue;
          }
          assert.equal(turn.ahead, expected.ahead, String(n));
          assert.ok(turn.lookInMs > 0 && turn.lookInMs <= (turn.ahead < 3 ? 10_000 : 300_000), String(turn.lookInMs));
          model.looksIn(name, turn.lookInMs);
        } else if (each.do === 'end') {
          await gate.end(key, true, PATIENCE);
          model.end(name);
        } else if (held.has(each.run)) {
          // Of one that has been let in: it may have lapsed since, and returns.
          await gate[each.do](key, each.pollMs, PATIENCE);
          model[each.do](name, each.pollMs);
        }
      }
    }),
    { numRuns: 40 },
  );
});
