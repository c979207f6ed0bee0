import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import fc from 'fast-check';
import { Inbox } from '../../../simulator/receiver/inbox.js';
import type { ReceiverEntry } from '../../../simulator/receiver/server.js';
import type { BackfillResult } from '../../../src/contract/result/backfill-result.js';
import { startSuite, type Product, type Suite } from '../../support/product.js';
import { ASKED, heldBy, labelOf, RESTATED, settledRows, SETTLED, ZONE } from '../../support/sources/restated.js';
import { until } from '../../support/until.js';

const SCHEDULE = { id: 'mornings', lookback: 3, jitter: '0 s', paused: true } as const;

/** A schedule that reads the last three days, and its starts, one by one. */
async function scheduled({ client: { schedules, backfills } }: Product) {
  const request = { ...ASKED, window: { relative: 'yesterday', timeZone: ZONE } };
  await schedules.create({ ...SCHEDULE, request });
  const known = new Set<string>();
  /** What it starts on a morning, to its end. */
  return async (day: string, next: string): Promise<BackfillResult> => {
    assert.equal((await schedules.backfill(SCHEDULE.id, { from: day, to: next })).length, 1);
    const { runs } = await until(
      `the start of ${day}`,
      () => schedules.show(SCHEDULE.id),
      (shown) => shown.runs.length === known.size + 1,
    );
    const { workflowId } = runs.find((run) => !known.has(run.workflowId)) ?? assert.fail('there is a new one');
    known.add(workflowId);
    return backfills.get(workflowId).result();
  };
}

const countsOf = ({ outcome, slices: { total, completed, unchanged } }: BackfillResult): unknown => [
  ...[outcome, total, completed, unchanged],
];

/** Both parts of revisions, as {@link sentSince} has them. */
const bothParts = (...revisions: readonly string[]): readonly string[] =>
  revisions.flatMap((revision) => [`${revision} part 0`, `${revision} part 1`]).toSorted();

describe('data that is restated, on real servers', () => {
  let suite: Suite;
  let bodyFolder: string;
  before(async () => {
    suite = await startSuite();
    bodyFolder = mkdtempSync(join(tmpdir(), 'restatement-'));
  });
  after(async () => {
    await suite.stop();
    rmSync(bodyFolder, { recursive: true });
  });

  it('is read again every morning: what changed comes as a revision that supersedes, of what did not comes nothing', async () => {
    const product = await suite.product({ simulator: { receiver: { bodyFolder } } });
    const { cxone, receiver } = product.simulator;
    const attempts = (): readonly ReceiverEntry[] => receiver.journal.entries({ operation: 'webhook' });
    let seen = 0;
    const sentSince = (): readonly string[] => {
      const entries = attempts().slice(seen);
      seen += entries.length;
      return entries
        .map(({ deliveryId = '', revision = 0, part = -1 }) => {
          const label = labelOf(receiver.windows().get(deliveryId)?.payloads[0]);
          return `${label} revision ${revision} part ${part}`;
        })
        .toSorted();
    };
    const morning = await scheduled(product);

    // Days settle when they are two days old. The 29th has 23 hours.
    cxone.setData({ ...RESTATED, settledBefore: '2026-03-27' });
    assert.deepEqual(countsOf(await morning('2026-03-29', '2026-03-30')), ['completed', 3, 3, 0]);
    assert.deepEqual(sentSince(), bothParts('2026-03-26 revision 1', '2026-03-27 revision 1', '2026-03-28 revision 1'));

    cxone.setData({ ...RESTATED, settledBefore: '2026-03-28' });
    assert.deepEqual(countsOf(await morning('2026-03-30', '2026-03-31')), ['completed', 3, 2, 1]);
    assert.deepEqual(sentSince(), bothParts('2026-03-27 revision 2', '2026-03-29 revision 1'), 'none of the 28th');

    cxone.setData(SETTLED);
    assert.deepEqual(countsOf(await morning('2026-03-31', '2026-04-01')), ['completed', 3, 3, 0]);
    assert.deepEqual(sentSince(), bothParts('2026-03-28 revision 2', '2026-03-29 revision 2', '2026-03-30 revision 1'));

    const audit = await product.records.auditLog.list({ limit: 100 }, AbortSignal.timeout(10_000));
    const runs = audit.map(({ window, outcome, requester }) => {
      assert.match(requester, /^backfill journey-\S+-mornings-2026-\S+ for schedule mornings$/);
      return `${window?.label ?? ''} ${outcome}`;
    });
    assert.deepEqual(runs.toSorted(), [
      '2026-03-26 completed',
      ...['2026-03-27 completed', '2026-03-27 completed'],
      ...['2026-03-28 completed', '2026-03-28 completed', '2026-03-28 unchanged'],
      ...['2026-03-29 completed', '2026-03-29 completed'],
      '2026-03-30 completed',
    ]);

    const ids = attempts().map(({ webhookId }) => webhookId);
    assert.equal(new Set(ids).size, ids.length, 'a correction comes under ids of its own');
    for (const { revision, payloads } of receiver.windows().values()) {
      for (const payload of payloads) assert.equal(payload['supersedes'], revision === 1 ? undefined : revision - 1);
    }
    const rows = (label: string): readonly unknown[] => settledRows(product.env['CXONE_ORG_ID'] ?? '', label);
    const source = {
      '2026-03-26': { revision: 1, rows: rows('2026-03-26') },
      '2026-03-27': { revision: 2, rows: rows('2026-03-27') },
      '2026-03-28': { revision: 2, rows: rows('2026-03-28') },
      '2026-03-29': { revision: 2, rows: rows('2026-03-29') },
      '2026-03-30': { revision: 1, rows: rows('2026-03-30') },
    };
    assert.deepEqual(heldBy(receiver), source, 'the receiver ends with exactly the rows of the source');
    assertInAnyOrder(attempts(), bodyFolder, source);
    await product.stop();
  });
});

/** That a receiver ends alike whatever the order in which what was sent arrives, also when all of it arrives twice. */
function assertInAnyOrder(sent: readonly ReceiverEntry[], bodyFolder: string, held: ReturnType<typeof heldBy>): void {
  const messages = sent.map(({ webhookId = '', sha256 = '' }) => {
    return { webhookId, body: readFileSync(join(bodyFolder, `${sha256}.json`)) };
  });
  const twice = [...messages, ...messages];
  const anyOrder = fc.shuffledSubarray(twice, { minLength: twice.length, maxLength: twice.length });
  fc.assert(
    fc.property(anyOrder, (arriving) => {
      const inbox = new Inbox();
      for (const { webhookId, body } of arriving) inbox.judge(webhookId, body).accept?.();
      assert.deepEqual(heldBy({ windows: () => inbox.windows() }), held);
    }),
    { numRuns: 20 },
  );
}
