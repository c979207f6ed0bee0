import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import type { AggregateResult } from '../../../src/client.js';
import { cli } from '../../support/cli/cli.js';
import { startSuite, type Suite } from '../../support/product.js';

interface Listing {
  readonly dryRun: boolean;
  readonly deliveries: readonly {
    readonly window: { readonly from: string };
    readonly outcome?: string;
    readonly reason?: string;
  }[];
}

describe('deliveries recover', () => {
  let suite: Suite;
  before(async () => {
    suite = await startSuite();
  });
  after(() => suite.stop());

  it('sends what is undelivered since a time in its order, beside one that is still down; lists it before', async (t) => {
    const home = await mkdtemp(join(tmpdir(), 'journey-metrics-recover-'));
    t.after(() => rm(home, { recursive: true, force: true }));
    const [lake, file] = [join(home, 'lake'), join(home, 'destinations.json')];
    await writeFile(file, JSON.stringify({ lake: { kind: 'files', url: pathToFileURL(lake).href, format: 'csv' } }));
    const product = await suite.product({ env: { BI_DESTINATIONS_FILE: file } });
    const run = async (day: number): Promise<AggregateResult> => {
      const query = { ...product.request().query, dateFrom: `2026-11-0${day}`, dateTo: `2026-11-0${day + 1}` };
      return (await product.client.start(product.request({ query, destination: ['bi', 'lake'] }))).result();
    };
    const recover = async (...args: string[]): Promise<{ code: number | null; listing: Listing }> => {
      const given = ['deliveries', 'recover', '--destination', 'lake', '--since', '1 day', '--json', ...args];
      const { code, stdout } = await cli(given, product.env);
      return { code, listing: JSON.parse(stdout) as Listing };
    };
    const told = ({ listing }: { listing: Listing }) =>
      listing.deliveries.map(({ window, outcome }) => [window.from.slice(0, 10), outcome]);

    await writeFile(lake, 'a file where the folder should be');
    // Claimed in this order, which is not that of the days.
    const results = [await run(3), await run(1), await run(2)];
    assert.deepEqual(
      results.map(({ outcome }) => outcome),
      ['undelivered', 'undelivered', 'undelivered'],
    );

    const dry = await recover('--dry-run');
    const days = ['2026-11-03', '2026-11-01', '2026-11-02'];
    assert.deepEqual([dry.code, dry.listing.dryRun, told(dry)], [0, true, days.map((day) => [day, undefined])]);
    const said = await cli(
      ['deliveries', 'recover', '--destination', 'lake', '--since', '1 day', '--dry-run'],
      product.env,
    );
    assert.match(said.stdout, /\n3 revisions would be sent again, in this order\. Nothing was sent\.\n$/);

    // One window stays down: its folder is a file.
    await rm(lake);
    const series = results[0]?.series ?? '';
    const { org } = product.request();
    const down = join(
      lake,
      `org=${org}`,
      'source=analytics',
      `series=${series}`,
      'window=20261101T0000Z-20261102T0000Z',
    );
    await mkdir(dirname(down), { recursive: true });
    await writeFile(down, 'in the way');
    const most = await recover();
    assert.equal(most.code, 3);
    assert.deepEqual(told(most), [
      ['2026-11-03', 'completed'],
      ['2026-11-01', 'undelivered'],
      ['2026-11-02', 'completed'],
    ]);
    assert.match(most.listing.deliveries[1]?.reason ?? '', /ENOTDIR/);

    await rm(down);
    const rest = await recover();
    assert.deepEqual([rest.code, told(rest)], [0, [['2026-11-01', 'completed']]]);
    assert.equal((await readdir(dirname(down))).length, 3);
    const nothing = await recover();
    assert.deepEqual([nothing.code, nothing.listing.deliveries], [0, []]);
    await product.stop();
  });

  it('refuses a destination that nobody knows, and a time that is none, with 2', async () => {
    const product = await suite.product({ worker: false });
    const ends = await Promise.all([
      cli(['deliveries', 'recover', '--destination', 'bo', '--since', '1 day'], product.env),
      cli(['deliveries', 'recover', '--destination', 'bi', '--since', 'soon'], product.env),
      cli(['deliveries', 'recover', '--destination', 'bi', '--since', '1 day'], product.env),
    ]);
    assert.deepEqual(
      ends.map(({ code }) => code),
      [2, 2, 0],
    );
    assert.match(ends[0].stderr, /--destination bo is no destination; known: bi/);
    assert.match(ends[1].stderr, /--since must be a day or an instant/);
    await product.stop();
  });
});
