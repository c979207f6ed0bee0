import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { AuditLog } from '../../../src/records/audit/audit-log.js';
import { linkHash, MIRRORS } from '../../../src/records/audit/audit-entry.js';
import type { Checkpoint } from '../../../src/records/audit/audit-verify.js';
import { execute } from '../../support/records/postgres.js';
import { anEntry, openFor, PATIENCE, postgresWithRecords } from '../../support/records/records.js';

const postgres = postgresWithRecords();

interface Trail {
  readonly url: string;
  readonly auditLog: AuditLog;
  readonly checkpoint: Checkpoint;
  /** As somebody does who owns the table. */
  tamper(...statements: readonly string[]): Promise<void>;
}

/** Five entries, and a checkpoint of them. */
async function aTrail(t: TestContext): Promise<Trail> {
  const url = await postgres.database();
  const { audit, auditLog } = await openFor(t, url);
  for (const effect of ['a', 'b', 'c', 'd', 'e']) await audit.append(effect, anEntry({ requester: effect }), PATIENCE);
  return {
    url,
    auditLog,
    checkpoint: await auditLog.checkpoint(PATIENCE),
    async tamper(...statements) {
      for (const statement of ['ALTER TABLE audit DISABLE TRIGGER audit_append_only', ...statements]) {
        await execute(url, statement);
      }
    },
  };
}

async function assertFound({ auditLog }: Trail, seq: number, problem: RegExp, checkpoint?: Checkpoint): Promise<void> {
  const verified = await auditLog.verify(checkpoint ? { checkpoint } : {}, PATIENCE);
  assert.ok(!verified.ok, 'the trail passes as intact');
  assert.equal(verified.seq, seq);
  assert.match(verified.problem, problem);
  // A new checkpoint shows what any reader can see; it cannot show what only an old one does.
  if (!checkpoint) await assert.rejects(auditLog.checkpoint(PATIENCE), { failureType: 'RecordsConflict' });
}

for (const [what, statement] of Object.entries({
  UPDATE: `UPDATE audit SET requester = 'nobody'`,
  DELETE: 'DELETE FROM audit WHERE seq = 5',
  TRUNCATE: 'TRUNCATE audit',
})) {
  test(`refuses ${what}, also in a session that plays the replica`, async (t) => {
    const trail = await aTrail(t);
    await assert.rejects(execute(trail.url, statement), /append-only/);
    const replica = `${trail.url}?options=-c%20session_replication_role%3Dreplica`;
    await assert.rejects(execute(replica, statement), /append-only/);
    assert.equal((await trail.auditLog.verify({ checkpoint: trail.checkpoint }, PATIENCE)).ok, true);
  });
}

test('finds a changed text', async (t) => {
  const trail = await aTrail(t);
  await trail.tamper(`UPDATE audit SET entry = replace(entry, '4938', '4939') WHERE seq = 3`);
  await assertFound(trail, 3, /text was changed/);
});

test('finds a changed text with a hash to match, at the entry after it', async (t) => {
  const trail = await aTrail(t);
  await trail.tamper(
    `UPDATE audit SET requester = 'x', entry = replace(entry, '"requester":"c"', '"requester":"x"') WHERE seq = 3`,
    `UPDATE audit SET hash = encode(sha256(convert_to(prev_hash || E'\\n' || entry, 'UTF8')), 'hex') WHERE seq = 3`,
  );
  await assertFound(trail, 4, /does not follow/);
});

test('finds an entry whose text means the same but was written in another way', async (t) => {
  const trail = await aTrail(t);
  await trail.tamper(
    `UPDATE audit SET entry = replace(entry, ',', ', ') WHERE seq = 5`,
    `UPDATE audit SET hash = encode(sha256(convert_to(prev_hash || E'\\n' || entry, 'UTF8')), 'hex') WHERE seq = 5`,
  );
  await assertFound(trail, 5, /not canonical/);
});

test('finds a change in every typed column', async (t) => {
  const trail = await aTrail(t);
  const changes: Record<string, string> = {
    effect_id: `'z'`,
    recorded_at: `recorded_at + interval '1 microsecond'`,
    timestamp: `timestamp + interval '1 microsecond'`,
    latency_ms: 'latency_ms + 1',
    accuracy_rate: 'accuracy_rate + 1e-9',
    rows_processed: 'rows_processed + 1',
    window_from: `window_from + interval '1 microsecond'`,
    window_to: 'NULL',
    rows: `rows || '{"kept": 1}'`,
    revision: 'revision + 1',
    delivery: `delivery - 'signed'`,
    deliveries: `'[]'`,
    failure_type: `'Unexpected'`,
    failure_message: `''`,
  };
  const columns = MIRRORS.map(({ name }) => name).filter((name) => name !== 'seq');
  await trail.tamper('CREATE TABLE kept AS SELECT * FROM audit WHERE seq = 2');
  for (const name of columns) {
    await execute(trail.url, `UPDATE audit SET ${name} = ${changes[name] ?? `${name} || 'x'`} WHERE seq = 2`);
    await assertFound(trail, 2, new RegExp(`column ${name} differs`));
    await execute(trail.url, `UPDATE audit SET ${name} = (SELECT ${name} FROM kept) WHERE seq = 2`);
  }
  assert.equal((await trail.auditLog.verify({}, PATIENCE)).ok, true);
});

test('mirrors into a typed column everything but the links', async (t) => {
  const { url } = await aTrail(t);
  const columns = await execute<{ name: string }>(
    url,
    `SELECT column_name AS name FROM information_schema.columns WHERE table_name = 'audit' ORDER BY 1`,
  );
  const mirrored = [...MIRRORS.map(({ name }) => name), 'entry', 'hash', 'prev_hash'];
  assert.deepEqual(
    columns.map(({ name }) => name),
    mirrored.toSorted(),
  );
});

test('finds a deleted entry, the first one too', async (t) => {
  const trail = await aTrail(t);
  await trail.tamper('DELETE FROM audit WHERE seq = 3');
  await assertFound(trail, 3, /missing: the next one is 4/);
  await trail.tamper('DELETE FROM audit WHERE seq = 1');
  await assertFound(trail, 1, /missing: the next one is 2/);
});

test('finds a deleted entry behind which the others were moved up', async (t) => {
  const trail = await aTrail(t);
  await trail.tamper(
    'DELETE FROM audit WHERE seq = 3',
    'UPDATE audit SET seq = 3 WHERE seq = 4',
    'UPDATE audit SET seq = 4 WHERE seq = 5',
  );
  await assertFound(trail, 3, /does not follow/);
});

test('finds two entries that changed places', async (t) => {
  const trail = await aTrail(t);
  await trail.tamper(
    'UPDATE audit SET seq = 9 WHERE seq = 2',
    'UPDATE audit SET seq = 2 WHERE seq = 3',
    'UPDATE audit SET seq = 3 WHERE seq = 9',
  );
  await assertFound(trail, 2, /does not follow/);
});

test('finds an inserted entry', async (t) => {
  const trail = await aTrail(t);
  const columns = MIRRORS.map(({ name }) => name).filter((name) => name !== 'seq' && name !== 'effect_id');
  const copied = [...columns, 'entry', 'prev_hash', 'hash'].join(', ');
  await trail.tamper(
    `INSERT INTO audit (seq, effect_id, ${copied}) SELECT 6, 'forged', ${copied} FROM audit WHERE seq = 5`,
  );
  await assertFound(trail, 6, /does not follow/);
});

test('finds a tail that was cut off, with a checkpoint and only with one', async (t) => {
  const trail = await aTrail(t);
  await trail.tamper('DELETE FROM audit WHERE seq > 3');
  assert.equal((await trail.auditLog.verify({}, PATIENCE)).ok, true);
  await assertFound(trail, 4, /cut off \(the checkpoint of \S+ has 5 entries\)/, trail.checkpoint);
});

test('finds a trail that was rewritten from its first entry on, with a checkpoint', async (t) => {
  const trail = await aTrail(t);
  const rows = await execute<{ seq: string; entry: string }>(trail.url, 'SELECT seq, entry FROM audit ORDER BY seq');
  await trail.tamper(`UPDATE audit SET org = 'evil'`);
  let prevHash = '0'.repeat(64);
  for (const { seq, entry } of rows) {
    const text = entry.replace('"org":"acme"', '"org":"evil"');
    const hash = linkHash(prevHash, text);
    const values = [text, prevHash, hash, seq];
    await execute(trail.url, 'UPDATE audit SET entry = $1, prev_hash = $2, hash = $3 WHERE seq = $4', values);
    prevHash = hash;
  }
  assert.equal((await trail.auditLog.verify({}, PATIENCE)).ok, true);
  await assertFound(trail, 5, /checkpoint has another hash: the trail was rewritten/, trail.checkpoint);
});

test('does not list or export a text that is no entry any more', async (t) => {
  const trail = await aTrail(t);
  await trail.tamper(`UPDATE audit SET entry = 'gone' WHERE seq = 2`);
  const refused = { failureType: 'RecordsConflict', message: /audit entry 2 is no longer readable/ };
  await assert.rejects(trail.auditLog.list({ limit: 10 }, PATIENCE), refused);
  const lines: string[] = [];
  await assert.rejects(async () => {
    for await (const line of trail.auditLog.export(PATIENCE)) lines.push(line);
  }, refused);
  assert.equal(lines.length, 1);
});
