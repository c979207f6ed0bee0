import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it, type TestContext } from 'node:test';
import { pathToFileURL } from 'node:url';
import pg from 'pg';
import { cli } from '../../support/cli/cli.js';
import { startSuite, type Product, type Suite } from '../../support/product.js';
import { createDatabase } from '../../support/records/databases.js';
import { execute } from '../../support/records/postgres.js';
import { backUp } from '../../support/records/set-back.js';

const BOTH = ['lake', 'table'];

/** Records and dataset store are set back: only the places themselves know what they have. */
describe('a folder and a table that are ahead of restored records', () => {
  let suite: Suite;
  before(async () => {
    suite = await startSuite();
  });
  after(() => suite.stop());

  interface Places {
    readonly product: Product;
    readonly deliver: (seed: string) => Promise<readonly (readonly [outcome: string, revision: number])[]>;
    /** Revision and numbers that folder and table have now. */
    readonly held: () => Promise<readonly Held[]>;
    /** Puts records and dataset store back to where they were before revision 2. */
    readonly setBack: () => Promise<void>;
  }

  interface Held {
    readonly revision: number;
    readonly rates: readonly number[];
  }

  async function places(t: TestContext): Promise<Places> {
    const home = await mkdtemp(join(tmpdir(), 'journey-metrics-places-'));
    t.after(() => rm(home, { recursive: true, force: true }));
    const url = await createDatabase(suite.servers.databaseUrl, `places_${randomUUID().replaceAll('-', '')}`);
    const [file, urlFile, lake] = ['destinations.json', 'url', 'lake'].map((name) => join(home, name)) as [
      string,
      string,
      string,
    ];
    await writeFile(urlFile, url);
    const entries = {
      lake: { kind: 'files', url: pathToFileURL(lake).href, format: 'ndjson' },
      table: { kind: 'postgres', urlFile, table: 'metrics' },
    };
    await writeFile(file, JSON.stringify(entries));
    const product = await suite.product({ env: { BI_DESTINATIONS_FILE: file } });
    const deliver: Places['deliver'] = async (seed) => {
      product.simulator.cxone.setData({ rows: 50, seed });
      const run = await product.client.start(product.request({ destination: BOTH }), { again: true });
      return (await run.result()).deliveries.map(({ outcome, revision }) => [outcome, revision] as const);
    };
    assert.deepEqual(await deliver('old'), both('completed', 1));
    const restore = await backUp(String(product.env['DATABASE_URL']));
    const setBack = async (): Promise<void> => {
      await restore();
      await rm(join(product.home, 'datasets', 'sent'), { recursive: true });
    };
    return { product, deliver, setBack, held: async () => [await heldIn(lake), await heldBy(url)] };
  }

  const experiments = {
    'restated once more': 'restated again',
    'with a source that is back at the old content': 'old',
    'with nothing restated': 'restated',
  };
  for (const [name, seed] of Object.entries(experiments)) {
    it(`${name}: nothing is adopted, and the rows come under the number above theirs`, async (t) => {
      const { product, deliver, held, setBack } = await places(t);
      const first = await held();
      assert.deepEqual(await deliver('restated'), both('completed', 2));
      const second = await held();
      await setBack();
      assert.deepEqual(await deliver(seed), both('completed', 3));
      const third = await held();
      const expected = { old: first, restated: second }[seed];
      for (const [index, { revision, rates }] of third.entries()) {
        assert.equal(revision, 3);
        if (expected) assert.deepEqual(rates, expected[index]?.rates);
        else assert.notDeepEqual(rates, second[index]?.rates);
      }
      assert.deepEqual(await deliver(seed), both('unchanged', 3));
      const { stdout } = await cli(['doctor', '--json'], product.env);
      const { checks } = JSON.parse(stdout) as { checks: { name: string; found: string }[] };
      assert.match(checks.find((each) => each.name === 'restore')?.found ?? '', /^2 deliveries had revisions that/);
      await product.stop();
    });
  }

  it('a fence gives them numbers above it, and what stands under a number of old is not written over', async (t) => {
    const { product, deliver, held, setBack } = await places(t);
    assert.deepEqual(await deliver('restated'), both('completed', 2));
    await setBack();
    const before = await held();
    // As where the place was away when the records gave the number out again.
    const url = String(product.env['DATABASE_URL']);
    assert.deepEqual(await deliver('once more'), both('completed', 3));
    await execute(url, `UPDATE delivery_revisions SET claimed_by = repeat('f', 32) WHERE revision = 3`);
    const { workflowId } = (await product.client.list({ limit: 1 }))[0] ?? assert.fail('there was a run');
    const { outcome, deliveries } = await product.client.redeliver({ workflowId, all: true, destination: 'table' });
    assert.deepEqual([outcome, deliveries[0]?.lastFailure], ['undelivered', OTHER_BYTES]);
    assert.equal((await cli(['records', 'fence'], product.env)).code, 0);
    assert.deepEqual(await deliver('restated'), both('completed', 1_001));
    assert.deepEqual(
      (await held()).map(({ rates }) => rates),
      before.map(({ rates }) => rates),
    );
    await product.stop();
  });
});

const OTHER_BYTES = 'other bytes were sent under this revision: read the window again';

function both(outcome: string, revision: number): readonly (readonly [string, number])[] {
  return BOTH.map(() => [outcome, revision] as const);
}

async function heldIn(lake: string): Promise<{ revision: number; rates: readonly number[] }> {
  const files = (await readdir(lake, { recursive: true })).filter((name) => !name.startsWith('_windows'));
  const current = files.find((name) => name.endsWith('_current.json')) ?? assert.fail('a window is named');
  const { revision } = JSON.parse(await readFile(join(lake, current), 'utf8')) as { revision: number };
  const folder = `revision=${String(revision).padStart(6, '0')}/part-0.ndjson`;
  const part = files.find((name) => name.endsWith(folder)) ?? assert.fail('the revision has a file');
  const lines = (await readFile(join(lake, part), 'utf8')).trim().split('\n');
  const rows = lines.map((line) => JSON.parse(line) as { journeyCompletionRate: number; _revision: number });
  assert.ok(rows.every((row) => row._revision === revision));
  return { revision, rates: rows.map((row) => row.journeyCompletionRate).sort((one, other) => one - other) };
}

async function heldBy(url: string): Promise<{ revision: number; rates: readonly number[] }> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ revision: string; rate: number }>(
      'SELECT _revision AS revision, "journeyCompletionRate" AS rate FROM metrics ORDER BY rate',
    );
    assert.equal(new Set(rows.map(({ revision }) => revision)).size, 1);
    return { revision: Number(rows[0]?.revision), rates: rows.map(({ rate }) => rate) };
  } finally {
    await client.end();
  }
}
