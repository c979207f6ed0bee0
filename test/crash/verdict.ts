import assert from 'node:assert/strict';
import type { AggregateResult } from '../../src/client.js';
import { DEFAULT_SETTINGS } from '../../src/domain/journeys/definition/settings.js';
import { expectedRows, pagesGiven } from '../support/sources/contacts-window.js';
import { execute } from '../support/records/postgres.js';
import type { Product } from '../support/product.js';
import type { Ordeal, Range } from './ordeal.js';

/** Nothing lost, nothing wrong, nothing doubled, and what the strikes may have cost is on record. */
export async function assertUnharmed(product: Product, ordeal: Ordeal, result: AggregateResult): Promise<void> {
  assert.equal(result.outcome, 'completed');
  // A crash is no answer of the receiver: it costs no attempt.
  assert.equal(result.delivery.attempts, ordeal.attempts);
  assertDeliveries(product, ordeal);
  await assertAudit(product);
  if (ordeal.contacts) {
    assertJourneys(product, ordeal);
    return;
  }
  assert.equal(result.rows.returned, ordeal.rows);
  assertRows(product);
  assertPages(product, ordeal);
  await assertQueries(product, ordeal, result);
}

/** Every leg counts once, and is asked for once: a strike costs the page that was on its way at most. */
function assertJourneys({ simulator: { cxone, receiver } }: Product, { strikes }: Ordeal): void {
  const rows = [...receiver.windows().values()].map((window) => window.rows);
  assert.deepEqual(rows, [expectedRows(cxone, DEFAULT_SETTINGS)]);
  const pages = pagesGiven(cxone.journal);
  assert.ok(pages.size >= 8, `${pages.size} pages`);
  const served = [...pages.values()].reduce((sum, times) => sum + times, 0);
  assertWithin(served, { atLeast: pages.size, atMost: pages.size + strikes.length }, 'pages of days given');
}

function assertRows({ simulator: { cxone, receiver } }: Product): void {
  const [query] = cxone.queries();
  const windows = [...receiver.windows().values()];
  assert.equal(windows.length, 1);
  assert.deepEqual(windows[0]?.rows, query && [...query.source.rows(0, query.source.total)]);
  assert.equal(windows[0]?.revision, 1);
}

/** What was stored is not fetched again: a strike costs the page that was on its way at most. */
function assertPages({ simulator: { cxone } }: Product, { rows, limit, strikes }: Ordeal): void {
  const pages = Math.ceil(rows / limit);
  const served = cxone.journal.entries({ effect: true }).filter(({ page }) => page !== undefined).length;
  assertWithin(served, { atLeast: pages, atMost: pages + strikes.length }, 'pages served');
}

/** The same bytes under the same id, and twice only where an acknowledgement was lost. */
function assertDeliveries({ simulator: { receiver } }: Product, { lost }: Ordeal): void {
  const { journal } = receiver;
  const bytes = new Map<string, Set<string>>();
  for (const { webhookId = '', sha256 = '' } of journal.entries()) {
    bytes.set(webhookId, (bytes.get(webhookId) ?? new Set<string>()).add(sha256));
  }
  for (const [webhookId, hashes] of bytes) assert.equal(hashes.size, 1, `bytes under ${webhookId}`);
  const [window] = receiver.windows().values();
  assert.deepEqual(new Set(bytes.keys()), new Set(window?.webhookIds));
  assert.equal(journal.count({ effect: true }), bytes.size);
  assertWithin(journal.count({ verdict: 'duplicate' }), lost.acknowledgement, 'parts sent twice');
}

/** One query that nobody waits for per lost answer, and that one on record. */
async function assertQueries(product: Product, ordeal: Ordeal, { queryId }: AggregateResult): Promise<void> {
  const queries = product.simulator.cxone.queries();
  const orphans = await execute(databaseOf(product), 'SELECT FROM submission_orphans');
  assertWithin(queries.length - 1, ordeal.lost.submission, 'queries that nobody waits for');
  const onRecord = { atLeast: queries.length - 1, atMost: ordeal.strikes.length };
  assertWithin(orphans.length, onRecord, 'suspected orphans on record');
  assert.equal(queries.filter((query) => query.queryId === queryId).length, 1);
}

async function assertAudit(product: Product): Promise<void> {
  const { auditLog } = product.records;
  const entries = await auditLog.list({ limit: 10 }, AbortSignal.timeout(10_000));
  assert.deepEqual(
    entries.map(({ kind, status }) => [kind, status]),
    [['run', 'completed']],
  );
  const verified = await auditLog.verify({}, AbortSignal.timeout(10_000));
  assert.deepEqual([verified.ok, verified.ok && verified.entries], [true, 1]);
  const open = await product.records.runs.unaudited(new Date().toISOString(), 10, AbortSignal.timeout(10_000));
  assert.deepEqual(open, []);
}

function assertWithin(count: number, { atLeast, atMost }: Range, what: string): void {
  assert.ok(atLeast <= count && count <= atMost, `${count} ${what} instead of ${atLeast} to ${atMost}`);
}

function databaseOf({ env }: Product): string {
  const url = env['DATABASE_URL'];
  if (url === undefined) throw new Error('this product has no database');
  return url;
}
