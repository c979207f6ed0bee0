import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import fc from 'fast-check';
import type { ScheduleInput } from '../../../src/client.js';
import { cli, startCli, type CliEnd } from '../../support/cli/cli.js';
import { startSuite, type Product, type Suite } from '../../support/product.js';
import { until } from '../../support/until.js';

/** Without its id and the rest of its request. */
const anySchedule = fc.record(
  {
    relative: fc.constantFrom('yesterday', 'previous-week', 'previous-month', 'last-7-days'),
    at: fc
      .tuple(fc.integer({ min: 4, max: 23 }), fc.nat(59))
      .map((parts) => parts.map((part) => String(part).padStart(2, '0')).join(':')),
    timeZone: fc.constantFrom('UTC', 'Europe/Berlin', 'America/Chicago', 'Asia/Kolkata'),
    lookback: fc.integer({ min: 1, max: 5 }),
    jitter: fc.constantFrom('0 s', '90 s', '30 minutes'),
    catchUp: fc.constantFrom('1 hour', '3 days'),
    note: fc.string({ minLength: 1, maxLength: 40 }).filter((note) => note.trim() === note),
    paused: fc.boolean(),
  },
  { requiredKeys: ['relative'] },
);

interface File {
  readonly schedules: readonly ScheduleInput[];
}

describe('schedules as a file', { concurrency: 3 }, () => {
  let suite: Suite;
  before(async () => {
    suite = await startSuite();
  });
  after(() => suite.stop());

  const schedulesOf = (product: Product): readonly [ScheduleInput, ScheduleInput] => {
    const org = product.env['CXONE_ORG_ID'] ?? '';
    const { metric, dimension } = product.request().query;
    const request = { org, query: { metric, dimension }, window: { relative: 'yesterday' } };
    const timeZone = 'Europe/Berlin';
    return [
      { id: `nightly-${org}`, request, timeZone, at: '05:30', lookback: 3, note: 'for BI' },
      { id: `hourly-${org}`, request: { ...request, window: { relative: 'today-so-far' } }, at: ':07' },
    ];
  };
  const run = ({ env }: Product, file: File | undefined, ...words: readonly string[]): Promise<CliEnd> =>
    cli(['schedules', ...words, ...(file === undefined ? [] : ['-f', '-'])], env, JSON.stringify(file ?? {}));
  const exported = async (product: Product, ids: readonly string[]): Promise<File> => {
    const { stdout } = await until(
      'the schedules in the list',
      () => run(product, undefined, 'export'),
      (end) => ids.every((id) => end.stdout.includes(id)),
    );
    return JSON.parse(stdout) as File;
  };

  test('rebuild a lost namespace; what was exported differs in nothing, and a change is one', async () => {
    const product = await suite.product();
    const [nightly, hourly] = schedulesOf(product);
    const wanted = { schedules: [nightly, hourly] };
    const shown = await run(product, wanted, 'diff');
    assert.deepEqual([shown.code, shown.stdout], [5, `+ ${nightly.id}\n+ ${hourly.id}\n`]);
    assert.equal((await run(product, wanted, 'apply')).code, 5, 'without --yes nothing is done');
    assert.equal((await run(product, wanted, 'apply', '--yes')).code, 0);
    const again = await run(product, wanted, 'diff');
    assert.deepEqual([again.code, again.stderr], [0, '']);
    const file = await exported(product, [nightly.id, hourly.id]);
    assert.equal((await run(product, file, 'diff', '--prune')).code, 0, 'export, then apply, changes nothing');

    const changed = { schedules: [{ ...nightly, at: '06:00' }] };
    const json = JSON.parse((await run(product, changed, 'diff', '--prune', '--json')).stdout) as {
      pending: { id: string; action: string; changes: unknown }[];
    };
    assert.deepEqual(
      json.pending.map(({ id, action, changes }) => ({ id, action, changes })),
      [
        { id: nightly.id, action: 'update', changes: { at: ['05:30', '06:00'] } },
        { id: hourly.id, action: 'delete', changes: {} },
      ],
    );
    assert.equal((await run(product, changed, 'apply', '--prune', '--yes')).code, 0);
    assert.equal((await product.client.schedules.show(nightly.id)).at, '06:00');
    await assert.rejects(product.client.schedules.show(hourly.id), { type: 'ScheduleNotFound' });
    await product.stop();
  });

  test('whatever they are: export, then apply, changes nothing, also after an apply that died in the middle', async () => {
    const product = await suite.product();
    const [{ request }] = schedulesOf(product);
    const org = product.env['CXONE_ORG_ID'] ?? '';
    const drawn = fc.sample(anySchedule, { numRuns: 12, seed: 18 });
    const inputs = drawn.map(({ relative, lookback = 1, ...rest }, n) => ({
      ...rest,
      lookback: relative === 'last-7-days' ? 1 : lookback,
      id: `drawn-${n}-${org}`,
      request: { ...request, window: { relative } },
    }));
    const ids = inputs.map(({ id }) => id);
    const { schedules } = product.client;
    const differences = await schedules.compare(inputs);
    // Two of it do a part each, and die.
    await Promise.all([0, 3, 7].flatMap((n) => differences.slice(n, n + 3)).map((each) => schedules.apply(each)));
    for (const each of await schedules.compare(inputs)) await schedules.apply(each);
    assert.deepEqual(await schedules.compare(inputs), []);
    const file = await exported(product, ids);
    assert.deepEqual(file.schedules.map(({ id }) => id).toSorted(), ids.toSorted());
    assert.deepEqual(await schedules.compare(file.schedules, { prune: true }), []);
    await product.stop();
  });

  test('are all there after an apply that was killed and one more', async () => {
    const product = await suite.product();
    const [nightly] = schedulesOf(product);
    const ids = Array.from({ length: 40 }, (_, n) => `${nightly.id}-${n}`);
    const wanted = { schedules: ids.map((id) => ({ ...nightly, id })) };
    const { schedules } = product.client;
    const applying = startCli(['schedules', 'apply', '--yes', '-f', '-'], product.env, JSON.stringify(wanted));
    await until(
      'the third schedule',
      () => schedules.show(ids[2] ?? '').catch(() => undefined),
      (shown) => shown !== undefined,
    );
    applying.child.kill('SIGKILL');
    assert.equal((await applying.ended).stdout, '', 'it was not done');
    const left = JSON.parse((await run(product, wanted, 'diff', '--json')).stdout) as { pending: unknown[] };
    assert.ok(left.pending.length > 0 && left.pending.length < ids.length, String(left.pending.length));
    assert.equal((await run(product, wanted, 'apply', '--yes')).code, 0);
    assert.equal((await run(product, wanted, 'diff')).code, 0);
    const expected = await product.records.coverage.read({}, AbortSignal.timeout(60_000));
    const known = expected.flatMap(({ expectations }) => expectations.map(({ scheduleId }) => scheduleId));
    assert.deepEqual(
      ids.filter((id) => !known.includes(id)),
      [],
      'and windows are expected of each',
    );
    await product.stop();
  });

  test('keep the pause of a person, unless the file says otherwise', async () => {
    const product = await suite.product();
    const [nightly] = schedulesOf(product);
    await product.client.schedules.create(nightly);
    await product.client.schedules.pause(nightly.id, 'BI moves house');
    const moved = { schedules: [{ ...nightly, at: '07:00' }] };
    assert.equal((await run(product, moved, 'apply', '--yes')).code, 0);
    const { at, paused, note } = await product.client.schedules.show(nightly.id);
    assert.deepEqual({ at, paused, note }, { at: '07:00', paused: true, note: 'BI moves house' });
    assert.equal((await run(product, { schedules: [{ ...nightly, paused: false }] }, 'apply', '--yes')).code, 0);
    assert.equal((await product.client.schedules.show(nightly.id)).paused, false);
    await product.stop();
  });

  test('refuse what changed meanwhile, and let two applies of one file both succeed', async () => {
    const product = await suite.product();
    const { schedules } = product.client;
    const [nightly] = schedulesOf(product);
    const created = await schedules.compare([nightly]);
    const [first] = created;
    assert.ok(first);
    await Promise.all([schedules.apply(first), schedules.apply(first)]);
    const [moved] = await schedules.compare([{ ...nightly, at: '06:00' }]);
    assert.ok(moved);
    await schedules.update(nightly.id, { lookback: 5 });
    await assert.rejects(schedules.apply(moved), { type: 'ScheduleChanged' });
    const { at, lookback } = await schedules.show(nightly.id);
    assert.deepEqual({ at, lookback }, { at: '05:30', lookback: 5 });
    const [both] = await schedules.compare([{ ...nightly, at: '06:00' }]);
    assert.ok(both);
    await Promise.all([schedules.apply(both), schedules.apply(both)]);
    assert.deepEqual(await schedules.compare([{ ...nightly, at: '06:00' }]), []);
    await assert.rejects(schedules.compare([{ ...nightly, at: '25:00' }]), { type: 'InvalidRequest' });
    await product.stop();
  });
});
