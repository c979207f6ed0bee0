import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { entryText, GENESIS_HASH, linkHash, MIRRORS, selected } from '../../../src/records/audit/audit-entry.js';
import type { RecordedEntry } from '../../../src/contract/audit-entry.js';
import {
  isCheckpoint,
  verifyTrail,
  type AuditRow,
  type Verification,
} from '../../../src/records/audit/audit-verify.js';
import { REPORT } from '../../support/workflow/fake-activities.js';

const ENTRY: Omit<RecordedEntry, 'seq'> = {
  timestamp: '2026-11-09T05:59:00.250Z',
  queryId: 'query-1',
  latency_ms: 61_250,
  accuracy_rate: 98.765,
  rows_processed: 4_938,
  status: 'completed',
  kind: 'run',
  org: 'acme',
  workflowId: 'journey-acme-1',
  runKey: 'run-1',
  requester: 'Ida',
  queryHash: '0123456789abcdef',
  series: '0123456789abcdef',
  report: REPORT,
  window: {
    from: '2026-11-01T00:00:00Z',
    to: '2026-11-08T00:00:00Z',
    timeZone: 'UTC',
    label: '2026-11-01..2026-11-07',
  },
  rows: { returned: 5_000, kept: 4_938, delivered: 4_938 },
  delivery: null,
  failureType: null,
  failureMessage: null,
  effectId: 'effect-1',
  recordedAt: '2026-11-09T06:00:00.000Z',
};

/** A row as Postgres gives it back. */
function rowOf(entry: RecordedEntry, prevHash: string): AuditRow {
  const text = entryText(entry);
  const mirrored = MIRRORS.map((mirror) => [mirror.name, selected(mirror, entry)]);
  const columns = Object.fromEntries(mirrored) as Record<string, unknown>;
  return { ...columns, seq: entry.seq, entry: text, prev_hash: prevHash, hash: linkHash(prevHash, text) };
}

function trailOf(length: number): AuditRow[] {
  const rows: AuditRow[] = [];
  for (let seq = 1; seq <= length; seq += 1) {
    rows.push(
      rowOf({ ...ENTRY, seq, effectId: `effect-${seq}`, rows_processed: seq }, rows.at(-1)?.hash ?? GENESIS_HASH),
    );
  }
  return rows;
}

function verify(rows: readonly AuditRow[], ...rest: [Parameters<typeof verifyTrail>[1]?]): Promise<Verification> {
  return verifyTrail(ReadableStream.from(rows), ...rest);
}

test('hashes an entry as the documentation says: SHA-256 of the hash before, a line feed and the canonical text', () => {
  const text = entryText({ ...ENTRY, seq: 1 });
  assert.equal(
    text,
    '{"accuracy_rate":98.765,"delivery":null,"effectId":"effect-1","failureMessage":null,"failureType":null,"kind":"run",' +
      '"latency_ms":61250,"org":"acme","queryHash":"0123456789abcdef","queryId":"query-1",' +
      '"recordedAt":"2026-11-09T06:00:00.000Z","requester":"Ida","rows":{"delivered":4938,"kept":4938,"returned":5000},' +
      '"rows_processed":4938,"runKey":"run-1","seq":1,"status":"completed","timestamp":"2026-11-09T05:59:00.250Z",' +
      '"window":{"from":"2026-11-01T00:00:00Z","label":"2026-11-01..2026-11-07","timeZone":"UTC","to":"2026-11-08T00:00:00Z"},' +
      '"workflowId":"journey-acme-1"}',
  );
  const golden = createHash('sha256')
    .update(`${'0'.repeat(64)}\n${text}`)
    .digest('hex');
  assert.equal(linkHash(GENESIS_HASH, text), golden);
  assert.equal(golden, '8d7c5d2f64e291ee1ddae42d031e303e53ca7ca004c6c24e1066c90b1a1c36dc');
});

test('passes every trail as it was written', async () => {
  for (const length of [0, 1, 2, 7]) {
    const rows = trailOf(length);
    const head = { seq: length, hash: rows.at(-1)?.hash ?? GENESIS_HASH };
    assert.deepEqual(await verify(rows), { ok: true, entries: length, head });
    assert.deepEqual(await verify(rows, { version: 1, ...head, at: ENTRY.timestamp }), {
      ok: true,
      entries: length,
      head,
    });
  }
});

test('finds any one change of any value of any row', async () => {
  const keys = ['entry', 'prev_hash', 'hash', ...MIRRORS.map(({ name }) => name)];
  const change = fc.record({
    index: fc.nat(6),
    key: fc.constantFrom(...keys),
    at: fc.nat(),
    by: fc.integer({ min: 1 }),
  });
  const property = fc.asyncProperty(change, async ({ index, key, at, by }) => {
    const rows = trailOf(7);
    const row = rows[index];
    assert.ok(row);
    rows[index] = { ...row, [key]: changed(row[key], at, by) };
    const found = await verify(rows);
    assert.ok(!found.ok, `${key} of row ${index + 1} was changed unseen`);
    assert.equal(found.seq, index + 1);
  });
  await fc.assert(property, { numRuns: 300 });
});

function changed(value: unknown, at: number, by: number): unknown {
  if (typeof value === 'number') return value + by;
  if (typeof value !== 'string') return value === null ? 'something' : null;
  const position = at % value.length;
  const other = String.fromCharCode(33 + ((value.charCodeAt(position) - 33 + (by % 93) + 93) % 94));
  const replacement = other === value[position] ? '~~' : other;
  return value.slice(0, position) + replacement + value.slice(position + 1);
}

test('finds any other order, and any gap but at the end', async () => {
  const trail = trailOf(6);
  const kept = fc
    .shuffledSubarray(trail, { minLength: 1 })
    .filter((rows) => rows.some((row, index) => row !== trail[index]));
  const property = fc.asyncProperty(kept, async (rows) => {
    const found = await verify(rows);
    const firstWrong = rows.findIndex((row, index) => row !== trail[index]);
    assert.deepEqual([found.ok, !found.ok && found.seq], [false, firstWrong + 1]);
  });
  await fc.assert(property, { numRuns: 100 });
});

test('finds, with a checkpoint, every tail that was cut off and every rewritten trail', async () => {
  const trail = trailOf(5);
  const hash = trail[4]?.hash ?? '';
  const checkpoint = { version: 1, seq: 5, hash, at: ENTRY.timestamp } as const;
  for (let length = 0; length < 5; length += 1) {
    const found = await verify(trail.slice(0, length), checkpoint);
    assert.deepEqual([found.ok, !found.ok && found.seq], [false, length + 1]);
  }
  const rewritten: AuditRow[] = [];
  for (let seq = 1; seq <= 6; seq += 1) {
    const forged = { ...ENTRY, seq, effectId: `effect-${seq}`, org: 'evil' };
    rewritten.push(rowOf(forged, rewritten.at(-1)?.hash ?? GENESIS_HASH));
  }
  assert.equal((await verify(rewritten)).ok, true);
  const found = await verify(rewritten, checkpoint);
  assert.deepEqual([found.ok, !found.ok && found.seq], [false, 5]);
});

test('names the entry, and does not break, where the text is JSON of another kind', async () => {
  for (const text of ['', 'null', '[]', '{"a":"\\ud800"}', '{"delivery":7,"window":"x"}', '{"a":1,"a":1}']) {
    const row = { seq: 1, entry: text, prev_hash: GENESIS_HASH, hash: linkHash(GENESIS_HASH, text) };
    const found = await verify([row]);
    assert.deepEqual([found.ok, !found.ok && found.seq], [false, 1], text);
  }
});

test('takes for a checkpoint only what is one', () => {
  const checkpoint = { version: 1, seq: 3, hash: 'a'.repeat(64), at: ENTRY.timestamp };
  assert.equal(isCheckpoint(checkpoint), true);
  const others = [
    null,
    'text',
    {},
    { ...checkpoint, version: 2 },
    { ...checkpoint, seq: -1 },
    { ...checkpoint, seq: 1.5 },
    { ...checkpoint, hash: 'A'.repeat(64) },
    { ...checkpoint, at: 7 },
  ];
  for (const other of others) assert.equal(isCheckpoint(other), false, JSON.stringify(other));
});
