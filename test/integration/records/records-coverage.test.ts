import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { describeCoverage, listedBounds } from '../../../src/calendar/covered/describe-coverage.js';
import { execute } from '../../support/records/postgres.js';
import { aClaim, aRun, openFor, PATIENCE, parts, postgresWithRecords, WINDOW } from '../../support/records/records.js';

const postgres = postgresWithRecords();
const DAY_MS = 86_400_000;
const START = Date.parse('2026-01-01T00:00:00Z');
const NOW = START + 400 * DAY_MS;

interface Stored {
  readonly series: number;
  readonly day: number;
  readonly days: number;
  readonly revision: number | null;
  readonly behind: boolean;
  readonly claimed: number;
  readonly outcome: string | null;
  readonly reading: string | null;
}

const windows = fc.array(
  fc.record({
    series: fc.nat({ max: 2 }),
    day: fc.nat({ max: 120 }),
    days: fc.constantFrom(1, 1, 1, 7, 31),
    revision: fc.constantFrom(null, 1, 1, 1, 3),
    behind: fc.boolean(),
    claimed: fc.nat({ max: 50 }),
    outcome: fc.constantFrom('completed', 'completed', 'undelivered', 'failed', 'cancelled', null),
    reading: fc.constantFrom(null, null, 'provisional', 'not-at-source'),
  }),
  { minLength: 20, maxLength: 60, size: 'max' },
);
const dayText = (day: number): string => new Date(START + day * DAY_MS).toISOString().slice(0, 10);

async function store(url: string, all: readonly Stored[]): Promise<void> {
  const rows = all.map((each, index) => ({
    ...each,
    id: `delivery-${index}`,
    from: new Date(START + each.day * DAY_MS),
    to: new Date(START + (each.day + each.days) * DAY_MS),
    // Where an older window is provisional, every window is read: so of two series none is.
    reading: each.series < 2 && each.reading === 'provisional' ? null : each.reading,
    newest: each.revision === null ? null : each.revision + (each.behind ? 1 : 0),
    claimed: each.revision === null ? null : new Date(START + each.claimed * DAY_MS),
  }));
  await execute(url, 'DELETE FROM windows');
  await execute(url, ADD, [JSON.stringify(rows)]);
}

const ADD = `
INSERT INTO windows (delivery_id, org, source, series, destination, window_from, window_to, label, time_zone, run_key, workflow_id,
  started_at, outcome, reading, revision, newest_revision, corrections, claimed_at, delivered_at)
SELECT id, 'acme', 'analytics', 's' || series, 'bi', "from", "to", id, 'Europe/Berlin', id, 'journey ' || chr(31) || id, "from",
  outcome, reading, revision, newest, coalesce(revision - 1, 0), claimed, claimed
FROM jsonb_to_recordset($1) AS x (id text, series int, "from" timestamptz, "to" timestamptz, outcome text, reading text,
  revision int, newest int, claimed timestamptz)`;

test('what is read of some days only says the same of them, and of the watermark, as all of it', async (t) => {
  const url = await postgres.database();
  const { coverage } = await openFor(t, url);
  await fc.assert(
    fc.asyncProperty(windows, fc.nat({ max: 140 }), fc.nat({ max: 30 }), async (all, first, length) => {
      await store(url, all);
      const asked = { from: dayText(first), to: dayText(first + length), nowMs: NOW, graceMs: 2 * 3_600_000 };
      const whole = await coverage.read({}, PATIENCE);
      const some = await coverage.read({ listed: listedBounds(asked) }, PATIENCE);
      assert.equal(whole.flatMap((facts) => facts.windows).length, all.length);
      const times = (facts: typeof whole): readonly string[] =>
        describeCoverage(facts, asked).flatMap(({ stretches, ...others }) => [
          JSON.stringify({
            ...others,
            ends: stretches.map(({ completeUpTo, finalUpTo }) => [completeUpTo, finalUpTo]),
          }),
        ]);
      assert.deepEqual(times(some), times(whole));
    }),
    { numRuns: 40 },
  );
});

test('a window has what the ledger has of it: after a claim, an acknowledgement, a correction, and where it is opened late', async (t) => {
  const { ledger, runs, coverage } = await openFor(t, await postgres.database());
  const known = async (): Promise<unknown> => {
    const [facts] = await coverage.read({}, PATIENCE);
    const [window] = facts?.windows ?? [];
    return window && [window.revision, window.newestRevision, window.corrections, window.deliveredAtMs];
  };
  const at = '2026-11-09T07:00:00.000Z';
  const deliver = async (revision: number): Promise<void> => {
    const key = { deliveryId: 'delivery-1', revision };
    await ledger.fixParts(key, parts(1, `bytes-${revision}`, revision), PATIENCE);
    const answer = { delivered: true, reason: '200', status: 200, permanent: false };
    await ledger.recordAnswer({ ...key, part: 0, runKey: `run-${revision}`, attempt: 1 }, answer, at, PATIENCE);
  };
  await runs.open(aRun(), PATIENCE);
  assert.deepEqual(await known(), [null, null, 0, null]);
  await ledger.claim(aClaim(), PATIENCE);
  assert.deepEqual(await known(), [null, 1, 0, null]);
  await deliver(1);
  assert.deepEqual(await known(), [1, 1, 0, Date.parse(at)]);
  await ledger.claim(aClaim({ runKey: 'run-2', contentHash: 'content-b', rowHash: 'rows-b' }), PATIENCE);
  assert.deepEqual(await known(), [1, 2, 0, Date.parse(at)]);
  await deliver(2);
  assert.deepEqual(await known(), [2, 2, 1, Date.parse(at)]);

  const late = aClaim({ deliveryId: 'delivery-2', runKey: 'run-3', window: { ...WINDOW, label: 'other' } });
  await ledger.claim(late, PATIENCE);
  await runs.open(aRun({ deliveryId: 'delivery-2', runKey: 'run-3', series: 'fedcba9876543210' }), PATIENCE);
  const facts = (await coverage.read({ series: 'fedcba9876543210' }, PATIENCE))[0];
  assert.equal(facts?.windows[0]?.newestRevision, 1);
});
