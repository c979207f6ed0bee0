import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { after, before, describe, test } from 'node:test';
import { createRowSource, type Row } from '../../../simulator/rows/row-source.js';
import type { DataSettingsInput } from '../../../simulator/rows/settings.js';
import type { AggregateResult } from '../../../src/client.js';
import { cli, type CliEnd } from '../../support/cli/cli.js';
import { startSuite, type Product, type Suite } from '../../support/product.js';

const WEEK = '2026-11-01..2026-11-07';
const DATA = { rows: 200 };
const PROVISIONAL = { ...DATA, late: 0.1, corrected: 0.2, removed: 0.1, settledBefore: '2026-11-04' };

interface Delivery {
  readonly deliveryId: string;
  readonly match: string | null;
  readonly report: { readonly reportType: string };
  readonly revisions: readonly Readonly<Record<string, unknown>>[];
}

describe('runs history, on real servers', () => {
  let suite: Suite;
  before(async () => {
    suite = await startSuite();
  });
  after(() => suite.stop());

  /** Reads the week again, whatever it has come to. */
  const read = async (product: Product, data: DataSettingsInput): Promise<AggregateResult> => {
    product.simulator.cxone.setData(data);
    const request = product.request({ processing: { outliers: 'off' } });
    return (await product.client.start(request, { again: true })).result();
  };

  const history = async ({ env }: Product, ...flags: readonly string[]): Promise<readonly Delivery[]> => {
    const end = await cli(['runs', 'history', '--json', '--window', ...flags], env);
    assert.deepEqual([end.code, end.stderr], [0, '']);
    return JSON.parse(end.stdout) as Delivery[];
  };

  test('tells of a window that settled what came, went and changed, and which readings sent nothing', async () => {
    const product = await suite.product();
    const first = await read(product, PROVISIONAL);
    const again = await read(product, PROVISIONAL);
    const settled = await read(product, DATA);
    assert.deepEqual([first.outcome, again.outcome, settled.outcome], ['completed', 'unchanged', 'completed']);

    const [delivery, ...others] = await history(product, WEEK);
    assert.equal(others.length, 0);
    assert.equal(delivery?.deliveryId, first.delivery.deliveryId);
    const [one, two] = delivery.revisions;
    assert.deepEqual([one?.['revision'], one?.['rows'], one?.['changes']], [1, first.rows.delivered, null]);
    const readingsOf = (revision: typeof one): unknown =>
      (revision?.['readings'] as Record<string, unknown>[]).map(({ workflowId, requester, outcome }) => [
        ...[workflowId, requester, outcome],
      ]);
    assert.deepEqual(readingsOf(one), [
      [first.workflowId, 'test', 'completed'],
      [again.workflowId, 'test', 'unchanged'],
    ]);
    assert.deepEqual(readingsOf(two), [[settled.workflowId, 'test', 'completed']]);
    assert.equal((two?.['delivered'] as { workflowId: string }).workflowId, settled.workflowId);
    assert.deepEqual(two?.['changes'], {
      compared: true,
      key: ['date', 'journeyId'],
      beside: false,
      sampled: false,
      ...restated(product),
    });

    const [from, to] = [first.window.from, first.window.to];
    assert.deepEqual(await history(product, `${from}/${to}`, '--org', product.env['CXONE_ORG_ID'] ?? ''), [delivery]);
    const [text, audit] = await Promise.all([
      cli(['runs', 'history', '--window', WEEK], product.env),
      cli(['audit', 'list'], product.env),
    ]);
    assert.match(
      text.stdout,
      /^org-\w+ · journey-execution · 1–7 Nov 2026 \(UTC\)\n {2}window 2026-11-01\.\.2026-11-07, to bi, delivery [0-9a-f]{32}, series [0-9a-f]{16}\n/,
    );
    const title = 'org-\\w+ · journey-execution · 1–7 Nov 2026 \\(UTC\\)';
    assert.match(text.stdout, new RegExp(`  unchanged, nothing sent  ${again.workflowId} \\(test\\)\n`));
    assert.match(
      text.stdout,
      /  revision 2: 200 rows, delivered \S+ \(\d+ \w+ ago\)\n {4}\d+ contacts or rows changed at the source\n {4}\d+ rows added, \d+ removed, \d+ changed,/,
    );
    assert.match(audit.stdout, new RegExp(`${title} +unchanged .* +none sent .* ${again.workflowId}\n`));
    await product.stop();
  });

  test('goes without the bytes that have expired, and says so', async () => {
    const product = await suite.product();
    await read(product, PROVISIONAL);
    const { delivery } = await read(product, DATA);
    const folder = fileURLToPath(product.env['DATASET_URL'] ?? '');
    await rm(join(folder, 'deliveries', delivery.deliveryId), { recursive: true });
    const [found] = await history(product, WEEK);
    assert.deepEqual(
      found?.revisions.map(({ changes }) => changes),
      [null, { compared: false, reason: 'expired' }],
    );
    const { stdout } = await cli(['runs', 'history', '--window', WEEK], product.env);
    assert.match(stdout, /not compared with the one before: its bytes were deleted/);
    await product.stop();
  });

  test('finds what contains a day, or lies in a month, and says that no delivery has exactly that window', async () => {
    const product = await suite.product();
    const { delivery } = await read(product, DATA);
    const ask = (...flags: readonly string[]): Promise<CliEnd> => cli(['runs', 'history', ...flags], product.env);
    const [day, month, all, other] = await Promise.all([
      ask('--window', '2026-11-03'),
      ask('--window', '2026-11'),
      ask(),
      ask('--window', '2026-11-08'),
    ]);
    assert.deepEqual([day.code, month.code, all.code, other.code], [0, 0, 0, 1]);
    assert.match(day.stdout, /^No delivery has exactly the window 2026-11-03\.\n\nDeliveries that contain it:\n/);
    assert.match(month.stdout, /^No delivery has exactly the window 2026-11\.\n\nDeliveries of a part of it:\n/);
    for (const { stdout } of [day, month, all]) assert.match(stdout, new RegExp(`delivery ${delivery.deliveryId}`));
    const [found] = await history(product, '2026-11-03');
    assert.deepEqual([found?.match, found?.report.reportType], ['contains', 'journey-execution']);
    await product.stop();
  });

  test('says so where there is nothing, and what a window is where it was given none', async () => {
    const product = await suite.product();
    const errorOf = ({ stdout }: CliEnd): unknown => (JSON.parse(stdout) as { error: { type: string } }).error.type;
    const [none, wrong, missing] = await Promise.all([
      cli(['runs', 'history', '--window', '2026-12-24'], product.env),
      cli(['runs', 'history', '--window', 'last week', '--json'], product.env),
      cli(['runs', 'history'], product.env),
    ]);
    assert.deepEqual(
      [none.code, none.stdout],
      [1, 'No delivery has the window 2026-12-24, or shares a part with it.\n'],
    );
    assert.deepEqual([wrong.code, errorOf(wrong)], [2, 'InvalidUsage']);
    assert.match(wrong.stderr, /last week is not a window: write a day, a month or a range, like 2026-11-01/);
    assert.deepEqual([missing.code, missing.stdout], [1, 'Nothing was delivered yet.\n']);
    await product.stop();
  });
});

/** What settling does to the week, by the simulator's own rows. */
function restated({ simulator }: Product): Readonly<Record<'added' | 'removed' | 'changed' | 'same', number>> {
  const [submitted] = simulator.cxone.queries();
  assert.ok(submitted);
  const { org, query } = submitted;
  const rowsOf = (data: DataSettingsInput): ReadonlyMap<string, string> => {
    const key = ({ date, journeyId }: Row): string => JSON.stringify([date, journeyId]);
    const rows = createRowSource({ org, query, data }).rows(0, Infinity);
    return new Map(rows.map((row) => [key(row), JSON.stringify(row)]));
  };
  const [earlier, later] = [rowsOf(PROVISIONAL), rowsOf(DATA)];
  const both = [...later.keys()].filter((key) => earlier.has(key));
  const same = both.filter((key) => earlier.get(key) === later.get(key)).length;
  const added = later.size - both.length;
  const removed = earlier.size - both.length;
  assert.ok(added > 0 && removed > 0 && same > 0 && same < both.length, 'rows of every kind');
  return { added, removed, changed: both.length - same, same };
}
