import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { Client } from 'pg';
import type { AuditLog } from '../../../src/records/audit/audit-log.js';
import type { Checkpoint } from '../../../src/records/audit/audit-verify.js';
import { hashText, mix, uniform } from '../../../simulator/seeded.js';
import { mutationOf, type Draw } from '../../support/records/audit-mutations.js';
import { execute } from '../../support/records/postgres.js';
import { anEntry, openFor, PATIENCE, postgresWithRecords } from '../../support/records/records.js';

const ENTRIES = 40;
const MUTATIONS = 1_000;
/** Of one batch in which `verify` reads. */
const BATCH = 500;

const postgres = postgresWithRecords();

interface Trail {
  readonly auditLog: AuditLog;
  readonly checkpoint: Checkpoint;
  /** As somebody does who owns the table; answers how many rows each statement touched. */
  tamper(...statements: readonly string[]): Promise<readonly (number | null)[]>;
  restore(): Promise<void>;
}

/** Entries of every kind there is: completed and failed, with and without window, rows, delivery. */
async function aTrail(t: TestContext, length: number): Promise<Trail> {
  const url = await postgres.database();
  const { audit, auditLog } = await openFor(t, url);
  for (let seq = 1; seq <= length; seq += 1) {
    const failed = seq % 4 === 0;
    const none = { window: null, rows: null, delivery: null, accuracy_rate: null, queryId: null, org: null };
    const entry = failed
      ? anEntry({ ...none, status: 'failed', failureType: 'QueryFailed', failureMessage: `said "no", ${seq}` })
      : anEntry({ rows_processed: 4_000 + seq, workflowId: `journey-${seq}` });
    await audit.append(`effect-${seq}`, entry, PATIENCE);
  }
  const checkpoint = await auditLog.checkpoint(PATIENCE);
  // A copy of a table has its columns and none of its rules: all that stands between an owner and his table is gone.
  await execute(url, 'CREATE TABLE kept AS TABLE audit; DROP TABLE audit; CREATE TABLE audit AS TABLE kept');
  const owner = new Client({ connectionString: url });
  await owner.connect();
  t.after(() => owner.end());
  return {
    auditLog,
    checkpoint,
    async tamper(...statements) {
      const touched: (number | null)[] = [];
      for (const statement of statements) touched.push((await owner.query(statement)).rowCount);
      return touched;
    },
    async restore() {
      await owner.query('DELETE FROM audit; INSERT INTO audit SELECT * FROM kept');
    },
  };
}

/** Numbers in [0, 1) that follow from the seed alone. */
function drawing(seed: string): Draw {
  const salt = hashText(seed);
  let drawn = 0;
  return (below) => Math.floor(uniform(mix(salt, (drawn += 1))) * below);
}

async function passes({ auditLog, checkpoint }: Trail): Promise<boolean> {
  return (await auditLog.verify({ checkpoint }, PATIENCE)).ok;
}

test(`finds ${MUTATIONS} of ${MUTATIONS} random mutations, and names the first bad entry`, async (t) => {
  const seed = process.env['MUTATION_SEED'] ?? String(Date.now());
  t.diagnostic(`MUTATION_SEED=${seed}`);
  const draw = drawing(seed);
  const trail = await aTrail(t, ENTRIES);
  const { auditLog, checkpoint } = trail;
  assert.ok(await passes(trail));
  const tried: Record<string, number> = {};
  for (let tries = 0; tries < MUTATIONS;) {
    const { kind, statements, firstBad, needsCheckpoint = false } = mutationOf(draw, ENTRIES);
    const what = `${kind}: ${statements.join('; ')} (MUTATION_SEED=${seed})`;
    const touched = await trail.tamper(...statements);
    // Some would write what is there already: no mutation, another is drawn.
    if (!touched.includes(0)) {
      const found = await auditLog.verify(needsCheckpoint ? { checkpoint } : {}, PATIENCE);
      assert.ok(!found.ok, `passed unseen: ${what}`);
      assert.equal(found.seq, firstBad, `${found.problem}; ${what}`);
      tried[kind] = (tried[kind] ?? 0) + 1;
      tries += 1;
    }
    await trail.restore();
  }
  t.diagnostic(JSON.stringify(tried));
  for (const kind of ['edit', 'column', 'delete', 'insert', 'swap', 'cut']) assert.ok((tried[kind] ?? 0) >= 50, kind);
  assert.ok(await passes(trail), 'what was not mutated passes');
});

test('finds a second entry of a number, also where one batch of the reading ends', async (t) => {
  const trail = await aTrail(t, BATCH + 1);
  await trail.tamper(`INSERT INTO audit SELECT * FROM kept WHERE seq = ${BATCH}`);
  const found = await trail.auditLog.verify({}, PATIENCE);
  assert.deepEqual([found.ok, !found.ok && found.seq], [false, BATCH + 1]);
  await trail.restore();
  assert.ok(await passes(trail));
});
