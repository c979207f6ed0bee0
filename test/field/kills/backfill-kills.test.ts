import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { DateTime } from 'luxon';
import type { BackfillHandle } from '../../../src/client.js';
import { backfillRequest } from '../../support/workflow/backfills.js';
import { startSuite, type Product, type OwnSuite } from '../../support/product.js';
import { startQuickWorker } from '../../support/quick-worker.js';
import { until } from '../../support/until.js';

/** Two months; `npm run test:field` asks for two years. */
const DAYS = Number(process.env['BACKFILL_DAYS'] ?? 61);
const TIME_ZONE = 'Europe/Berlin';
/** With the change to summer time in it. */
const FIRST = DateTime.fromISO('2024-03-01', { zone: TIME_ZONE });
/** Where Temporal suggests to continue as new. */
const SUGGESTION = 4_096;
/** Ten at a time, a few seconds each, and twice the half minute that a death costs on a busy machine. */
const DEADLINE_MS = 300_000 + DAYS * 2_000;

describe('a backfill whose worker and whose Temporal server are killed', () => {
  let suite: OwnSuite;
  before(async () => {
    suite = await startSuite({ ownServers: 'Temporal is killed' });
  });
  after(() => suite.stop());

  const untilDelivered = ({ simulator }: Product, share: number): Promise<number> =>
    until(
      `${share} of the windows`,
      () => simulator.receiver.windows().size,
      (windows) => windows >= DAYS * share,
      DEADLINE_MS,
    );

  async function ended(backfill: BackfillHandle): Promise<void> {
    await until(
      'the end',
      () => backfill.summary().catch(() => ({ state: 'away' })),
      ({ state }) => state !== 'running' && state !== 'away',
      DEADLINE_MS,
    );
  }

  it('delivers every window exactly once, with the source’s very rows, in executions that stay short', async () => {
    const product = await suite.product({ worker: false });
    const first = await startQuickWorker(product);
    const backfill = await product.client.backfills.start(
      backfillRequest(product, {
        timeZone: TIME_ZONE,
        from: FIRST.toISODate() ?? '',
        to: FIRST.plus({ days: DAYS }).toISODate() ?? '',
        width: 10,
      }),
    );
    await untilDelivered(product, 1 / 4);
    process.kill(first.pid, 'SIGKILL');
    await first.exited;
    const second = await startQuickWorker(product);
    await untilDelivered(product, 2 / 3);
    process.kill(suite.stack.temporal?.pid ?? 0, 'SIGKILL');
    await ended(backfill);

    const { outcome, slices, failures } = await backfill.result();
    assert.deepEqual(
      { outcome, completed: slices.completed, failures },
      { outcome: 'completed', completed: DAYS, failures: [] },
    );
    checkDelivered(product);
    const audit = await product.records.auditLog.list({ limit: 2 * DAYS }, AbortSignal.timeout(30_000));
    assert.deepEqual(
      audit.map(({ kind, status }) => `${kind} ${status}`),
      Array.from({ length: DAYS }, () => 'run completed'),
    );
    const lengths = (await product.histories()).map(({ events }) => events.length);
    assert.ok(Math.max(...lengths) < SUGGESTION, `the longest execution has ${Math.max(...lengths)} events`);
    await second.stop(10_000);
    await product.stop();
  });

  /** A window a day, each accepted once, with the rows of the query that it names. */
  function checkDelivered({ simulator: { cxone, receiver } }: Product): void {
    const days = Array.from({ length: DAYS }, (_, day) => FIRST.plus({ days: day }).toISODate() ?? '');
    const windows = [...receiver.windows().values()];
    assert.deepEqual(windows.map(({ payloads: [payload] }) => labelOf(payload)).toSorted(), days);
    assert.equal(receiver.journal.count({ verdict: 'accepted' }), DAYS);
    const queries = new Map(cxone.queries().map((query) => [query.queryId, query]));
    for (const { payloads, rows, revision } of windows) {
      const query = queries.get(payloads[0]?.queryId ?? '');
      assert.equal(revision, 1);
      assert.deepEqual(rows, query && [...query.source.rows(0, query.source.total)]);
    }
  }
});

/** The receiver keeps keys that it does not look at as they came. */
function labelOf(payload: Readonly<Record<string, unknown>> | undefined): string {
  return (payload?.['window'] as { readonly label: string }).label;
}
