import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import type { Admission, Admitted } from '../../../src/ports/index.js';
import { sharedAdmission, type AdmissionLimits } from '../../../src/records/gate/admission.js';
import { requestCounts } from '../../../src/records/gate/request-counts.js';
import { Database } from '../../../src/records/postgres/database.js';
import { postgresClock, type PostgresClock } from '../../support/records/postgres-clock.js';
import { PATIENCE, postgresWithRecords } from '../../support/records/records.js';

const postgres = postgresWithRecords();
const LIMITS: AdmissionLimits = { consecutive503: 5, openMs: 60_000 };

interface World {
  readonly clock: PostgresClock;
  /** The same organisation, as each worker has it. */
  readonly workers: readonly [Admission, Admission, Admission];
}

async function world(t: TestContext, limits: Partial<AdmissionLimits> = {}): Promise<World> {
  const clock = await postgresClock(t, await postgres.database());
  const worker = (): Admission => {
    const database = new Database({ url: clock.url });
    const counts = requestCounts(database);
    t.after(() => counts.close().then(() => database.close()));
    return sharedAdmission({ database, counts }, 'acme', { ...LIMITS, ...limits });
  };
  return { clock, workers: [worker(), worker(), worker()] };
}

type Through = Extract<Admitted, { state: 'admitted' }>;

async function admitted(admission: Admission): Promise<Through> {
  const answer = await admission.admit(PATIENCE);
  assert.ok(answer.state === 'admitted', JSON.stringify(answer));
  return answer;
}

const fails = async (admission: Admission): Promise<void> => (await admitted(admission)).done('unavailable');

describe('the circuit of an organisation, over all workers', () => {
  it('costs a dead organisation five requests and those in flight, then one probe a period, whoever asks', async (t) => {
    const { clock, workers } = await world(t);
    const inFlight = await Promise.all(workers.map(admitted));
    for (let n = 0; n < 5; n += 1) await fails(workers[n % 3] ?? workers[0]);
    for (const admission of workers) {
      assert.deepEqual(await admission.admit(PATIENCE), {
        state: 'refused',
        reason: 'circuit open',
        retryAfterMs: 60_000,
      });
    }
    await clock.pass(30_000);
    // Their failures come late, and move nothing.
    for (const request of inFlight) await request.done('unavailable');
    assert.deepEqual(await workers[0].admit(PATIENCE), {
      state: 'refused',
      reason: 'circuit open',
      retryAfterMs: 30_000,
    });
    for (let period = 0; period < 3; period += 1) {
      await clock.pass(period === 0 ? 30_000 : 60_000);
      const answers = await Promise.all([...workers, ...workers].map((admission) => admission.admit(PATIENCE)));
      const probes = answers.filter(({ state }) => state === 'admitted');
      assert.equal(probes.length, 1, `period ${period}`);
      if (probes[0]?.state === 'admitted') await probes[0].done('unavailable');
    }
  });

  it('is closed by a probe that is answered, and by nothing that was sent before it opened', async (t) => {
    const { clock, workers } = await world(t);
    const [one, other] = workers;
    const early = await admitted(one);
    for (let n = 0; n < 5; n += 1) await fails(other);
    await early.done('answered');
    assert.equal((await one.admit(PATIENCE)).state, 'refused');
    await clock.pass(60_000);
    const probe = await admitted(one);
    assert.equal((await other.admit(PATIENCE)).state, 'refused', 'one probe is under way');
    await probe.done('answered');
    await (await admitted(other)).done('answered');
  });

  it('counts failures in a row only', async (t) => {
    const { workers } = await world(t);
    const [one, other] = workers;
    for (let n = 0; n < 4; n += 1) await fails(one);
    await (await admitted(other)).done('answered');
    for (let n = 0; n < 4; n += 1) await fails(one);
    assert.equal((await other.admit(PATIENCE)).state, 'admitted');
  });

  it('loses one period, and no more, to a prober that dies', async (t) => {
    const { clock, workers } = await world(t);
    for (let n = 0; n < 5; n += 1) await fails(workers[0]);
    await clock.pass(60_000);
    await admitted(workers[1]);
    await clock.pass(59_999);
    assert.equal((await workers[2].admit(PATIENCE)).state, 'refused');
    await clock.pass(1);
    assert.equal((await workers[2].admit(PATIENCE)).state, 'admitted');
  });
});

describe('the requests of a minute, over all workers', () => {
  it('are never more than the bound in any 60 seconds, and are told when to come again', async (t) => {
    const { clock, workers } = await world(t, { requestsPerMinute: 5 });
    const sent: number[] = [];
    for (let n = 0; n < 60; n += 1) {
      const answer = await (workers[n % 3] ?? workers[0]).admit(PATIENCE);
      if (answer.state === 'admitted') sent.push(clock.now());
      else assert.ok(answer.reason === 'rate limited' && answer.retryAfterMs >= 1_000 && answer.retryAfterMs <= 61_000);
      await clock.pass(n % 7 === 0 ? 9_700 : 1_300);
    }
    const most = Math.max(...sent.map((at) => sent.filter((each) => each >= at && each < at + 60_000).length));
    assert.equal(most, 5);
    assert.ok(sent.length >= 10, 'and the bound is used');
  });
});

describe('while Postgres is away', () => {
  it('nobody is let in', async (t) => {
    const database = new Database({ url: 'postgres://nobody@127.0.0.1:1/nothing' });
    const counts = requestCounts(database);
    t.after(() => database.close());
    await assert.rejects(sharedAdmission({ database, counts }, 'acme', LIMITS).admit(PATIENCE), {
      failureType: 'RecordsUnavailable',
    });
  });
});
