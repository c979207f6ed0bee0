import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { DataSettingsInput } from '../../../simulator/rows/settings.js';
import type { AggregateResult } from '../../../src/client.js';
import type { Explanation } from '../../../src/contract/result/explanation.js';
import { ANYBODY_HERE } from '../../../src/keys/principal.js';
import { cli, type CliEnd } from '../../support/cli/cli.js';
import { problemOf, startGateway } from '../../support/gateway/gateway.js';
import { startSuite, type Product, type Suite } from '../../support/product.js';

const DATA = { rows: 60 };
const PROVISIONAL = { ...DATA, corrected: 0.3, settledBefore: '2026-10-01' };

describe('explain, by command line and HTTP', { concurrency: 2 }, () => {
  let suite: Suite;
  before(async () => {
    suite = await startSuite();
  });
  after(() => suite.stop());

  /** Reads 3 October in Berlin, whatever the source says by now. */
  const read = async (product: Product, data: DataSettingsInput, name = 'nightly'): Promise<AggregateResult> => {
    product.simulator.cxone.setData(data);
    const { query } = product.request();
    const change = { name, timeZone: 'Europe/Berlin', processing: { outliers: 'off' } as const };
    const request = product.request({ ...change, query: { ...query, dateFrom: '2026-10-03', dateTo: '2026-10-04' } });
    return (await product.client.start(request, { again: true })).result();
  };
  const ask = async ({ env }: Product, ...flags: readonly string[]): Promise<Explanation> => {
    const end = await cli(['explain', '--json', '--date', '2026-10-03', ...flags], env);
    assert.deepEqual([end.code, end.stderr], [0, '']);
    return JSON.parse(end.stdout) as Explanation;
  };
  const typeOf = ({ stdout }: CliEnd): string => (JSON.parse(stdout) as { error: { type: string } }).error.type;

  test('says which revision of a day counted at a time, what changed since, and why', async (t) => {
    const product = await suite.product();
    const first = await read(product, PROVISIONAL);
    const between = new Date().toISOString();
    const unchanged = await read(product, PROVISIONAL);
    const corrected = await read(product, DATA);
    assert.deepEqual([unchanged.outcome, corrected.delivery.revision], ['unchanged', 2]);

    const explained = await ask(product, '--series', first.series.slice(0, 6), '--as-of', between);
    const [delivery, ...others] = explained.deliveries;
    assert.ok(delivery && others.length === 0);
    assert.deepEqual([explained.series, explained.timeZone, explained.asOf], [first.series, 'Europe/Berlin', between]);
    assert.equal(delivery.deliveryId, first.delivery.deliveryId);
    assert.deepEqual(
      [delivery.counted?.revision, delivery.counted?.workflowId, delivery.current?.revision, delivery.countsNow],
      [1, first.workflowId, 2, true],
    );
    const [change, ...more] = delivery.changes;
    assert.equal(more.length, 0);
    const history = await cli(['runs', 'history', '--json'], product.env);
    const [{ revisions = [] } = {}] = JSON.parse(history.stdout) as {
      revisions?: { changes: Record<string, number> | null; causes: unknown }[];
    }[];
    const { added = 0, removed = 0, changed = 0 } = revisions[1]?.changes ?? {};
    const causes = [{ cause: 'source-changed', count: added + removed + changed }];
    assert.ok(changed > 0);
    assert.deepEqual([change?.revision, change?.causes, change?.contactsState], [2, causes, 'none']);
    assert.deepEqual([revisions[0]?.causes, revisions[1]?.causes], [[], causes]);

    const named = await ask(product, '--series', 'Nightly');
    assert.deepEqual(named.deliveries, [delivery], 'without a time it is what changed since the first delivery');
    const today = await ask(product, '--series', 'nightly', '--as-of', new Date().toISOString());
    assert.deepEqual([today.deliveries[0]?.counted?.revision, today.deliveries[0]?.changes], [2, []]);
    const before = await ask(product, '--series', 'nightly', '--as-of', '2026-10-01');
    assert.deepEqual([before.deliveries[0]?.counted, before.deliveries[0]?.changes.length], [null, 2]);

    const { stdout } = await cli(['explain', '--series', 'nightly', '--date', '2026-10-03'], product.env);
    assert.match(
      stdout,
      /First, revision 1 counted: read .*\n +Revision 2, read .* changed at the source\.\n +Now revision 2 counts\.\n$/,
    );

    const gateway = await startGateway(t, product);
    const path = `/explain?series=${first.series.slice(0, 6)}&date=2026-10-03&asOf=${between}`;
    assert.deepEqual((await gateway.send('GET', path)).json, explained);
    const page = await gateway.send('GET', `/windows/${first.delivery.deliveryId}`);
    assert.match(page.text, /changed at the source/);
    await product.stop();
  });

  test('an unknown series, a name of several, another day and a text that is no day are said in a sentence', async (t) => {
    const product = await suite.product();
    const { series } = await read(product, DATA);
    const { query } = product.request();
    const other = product.request({
      name: 'nightly',
      query: { ...query, dimension: [], dateFrom: '2026-10-03', dateTo: '2026-10-04' },
    });
    await (await product.client.start(other)).result();
    const explain = (...flags: readonly string[]): Promise<CliEnd> => cli(['explain', '--json', ...flags], product.env);
    const [unknown, several, outside, wrong] = await Promise.all([
      explain('--series', 'weekly', '--date', '2026-10-03'),
      explain('--series', 'nightly', '--date', '2026-10-03'),
      explain('--series', series, '--date', '2026-10-09'),
      explain('--series', series, '--date', 'last week'),
    ]);
    assert.deepEqual([unknown, several, outside, wrong].map(typeOf), [
      ...['SeriesNotFound', 'SeriesNotFound', 'DateNotFound', 'InvalidUsage'],
    ]);
    assert.deepEqual([unknown.code, several.code, outside.code, wrong.code], [1, 1, 1, 2]);
    assert.match(unknown.stderr, /there is no series "weekly": write its first digits/);
    assert.match(several.stderr, /"nightly" names 2 series: /);
    assert.match(outside.stderr, /no window of .* has the day 2026-10-09 \(Europe\/Berlin\)/);
    assert.match(wrong.stderr, /"last week" is not a day/);

    const gateway = await startGateway(t, product);
    const kinds = ['series=weekly&date=2026-10-03', `series=${series}&date=2026-10-09`, `series=${series}&date=soon`];
    const problems = await Promise.all(
      kinds.map(async (query) => problemOf(await gateway.send('GET', `/explain?${query}`)).kind),
    );
    assert.deepEqual(problems, ['SeriesNotFound', 'WindowNotFound', 'InvalidRequest']);
    const authenticate = () => Promise.resolve({ ...ANYBODY_HERE, orgs: new Set(['globex']) });
    const others = await startGateway(t, product, { authenticate });
    const path = `/explain?series=${series}&date=2026-10-03`;
    assert.equal(problemOf(await others.send('GET', path)).kind, 'SeriesNotFound');
    await product.stop();
  });

  test('where the rows before are gone there is a revision all the same, and a cause without a count', async () => {
    const product = await suite.product();
    await read(product, PROVISIONAL);
    await rm(join(fileURLToPath(product.env['DATASET_URL'] ?? ''), 'runs'), { recursive: true });
    const { delivery, series } = await read(product, DATA);
    assert.equal(delivery.revision, 2);
    const [explained] = (await ask(product, '--series', series)).deliveries;
    assert.deepEqual(explained?.changes[0]?.causes, [{ cause: 'source-changed', count: null }]);
    const { stdout } = await cli(['explain', '--series', series, '--date', '2026-10-03'], product.env);
    assert.match(stdout, /the rows of the revision before were already deleted, so nobody can say why/);
    await product.stop();
  });
});
