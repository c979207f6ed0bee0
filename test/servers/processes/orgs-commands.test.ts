import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { RunHandle } from '../../../src/client.js';
import { cliProcess, type CliEnd } from '../../support/cli/cli.js';
import { startFleet, type Fleet } from '../../support/fleet.js';
import { startSuite, type Suite } from '../../support/product.js';
import { until } from '../../support/until.js';

interface Listed {
  readonly org: string;
  readonly credential: string | null;
  readonly configured: boolean;
  readonly holders: readonly { readonly workflowId: string; readonly source: string }[];
  readonly waiting: number;
  readonly circuit: string;
  readonly lastSuccess: string | null;
  readonly requestsLastHour: number;
}

interface Checked {
  readonly org: string;
  readonly source: string;
  readonly ok: boolean;
  readonly found: string;
}

/** What a command printed as JSON, as its page in docs/cli.md has it. */
interface Found<T> {
  readonly code: number | null;
  readonly found: T;
}

const SECRET = 'keeps=this&one+to%itself';

/** Two that answer, and one that is dead; a run holds the slot of the first, and one waits for it. */
describe('the commands about organisations, as processes', () => {
  let suite: Suite;
  let fleet: Fleet;
  const runs: RunHandle[] = [];
  before(async () => {
    suite = await startSuite();
    const limits = { queriesAtOnce: 1, requestsPerMinute: 10_000 };
    fleet = await startFleet(suite, { workers: 1, orgs: 2, limits, polls: 1_000_000 });
    const { client, request } = fleet.product;
    for (const dateTo of ['2026-11-02', '2026-11-03'])
      runs.push(await client.start({ ...request(), org: 'org-0', query: { ...request().query, dateTo } }));
    const { gateState } = fleet.product.records;
    await until(
      'a holder and one that waits',
      async () => (await gateState.states(['org-0'], AbortSignal.timeout(9_000)))[0],
      (state) => state?.holders.length === 1 && state.waiting === 1 && state.lastSuccess !== null,
    );
  });
  after(async () => {
    for (const run of runs) await run.cancel();
    await Promise.allSettled(runs.map((run) => run.result()));
    await fleet.stop();
    await suite.stop();
  });

  const orgs = (words: readonly string[], env = fleet.env): Promise<CliEnd> => cliProcess(['orgs', ...words], env);
  const json = async (words: readonly string[], env = fleet.env): Promise<{ code: number | null; found: unknown }> => {
    const { code, stdout } = await orgs([...words, '--json'], env);
    return { code, found: JSON.parse(stdout) };
  };
  const listed = async (...asked: Parameters<typeof json>) => (await json(...asked)) as Found<readonly Listed[]>;
  const shown = async (...asked: Parameters<typeof json>) => (await json(...asked)) as Found<Listed>;
  const checked = async (...asked: Parameters<typeof json>) => (await json(...asked)) as Found<readonly Checked[]>;

  /** The file of organisations with another text, and the variable that names it. */
  async function changed(name: string, change: (text: string) => string): Promise<Fleet['env']> {
    const file = join(fleet.product.home, name);
    await writeFile(file, change(await readFile(fleet.file, 'utf8')));
    return { ...fleet.env, CXONE_ORGS_FILE: file };
  }

  it('list all, with holders, waiting, circuit, last success and fingerprint, as text and as JSON', async () => {
    const { code, found } = await listed(['list']);
    assert.equal(code, 0);
    assert.deepEqual(
      found.map(({ org, configured, circuit, holders, waiting }) => [
        org,
        configured,
        circuit,
        holders.length,
        waiting,
      ]),
      [
        ['dead', true, 'closed', 0, 0],
        ['org-0', true, 'closed', 1, 1],
        ['org-1', true, 'closed', 0, 0],
      ],
    );
    const [, busy] = found;
    assert.ok(busy?.lastSuccess);
    assert.match(busy.credential ?? '', /^[0-9a-f]{8,}$/);
    const text = await orgs(['list']);
    assert.equal(text.code, 0);
    assert.match(text.stdout, /^ORG +HOLDERS +WAITING +CIRCUIT +LAST SUCCESS +REQUESTS\/H +CREDENTIAL$/m);
    assert.match(text.stdout, new RegExp(`^org-0 +1 +1 +closed .*${busy.credential ?? ''}`, 'm'));
    const one = await listed(['list', '--org', 'org-1']);
    assert.deepEqual(
      one.found.map(({ org }) => org),
      ['org-1'],
    );
  });

  it('show one with the runs that hold its slots', async () => {
    const { code, found } = await shown(['show', 'org-0']);
    assert.equal(code, 0);
    assert.deepEqual([found.org, found.waiting, found.holders[0]?.source], ['org-0', 1, 'analytics']);
    const text = await orgs(['show', 'org-0']);
    assert.equal(text.code, 0);
    for (const line of [/^credential +[0-9a-f]{8,}$/m, /^configuration +has it$/m, /^waiting +1$/m, /^holders +1$/m])
      assert.match(text.stdout, line);
    assert.ok(text.stdout.includes(found.holders[0]?.workflowId ?? 'no holder'));
  });

  it('check each source, and exit with 1 where one gives no token', async () => {
    const all = await checked(['check']);
    assert.equal(all.code, 1);
    assert.deepEqual(
      all.found.map(({ org, source, ok }) => [org, source, ok]),
      [
        ['org-0', 'analytics', true],
        ['org-1', 'analytics', true],
        ['dead', 'analytics', false],
      ],
    );
    const one = await orgs(['check', 'org-1']);
    assert.equal(one.code, 0);
    assert.match(one.stdout, /^org-1 +analytics +ok +token until /m);
  });

  it('say of a wrong credential that it is refused, and do not print it', async () => {
    const secret = join(fleet.product.home, 'wrong-secret');
    await writeFile(secret, SECRET);
    const env = await changed('wrong.json', (text) => {
      const entries = JSON.parse(text) as Record<string, { auth: Record<string, unknown> }>;
      Object.assign(entries['org-1']?.auth ?? {}, { clientSecretFile: secret });
      return JSON.stringify(entries);
    });
    const { code, found } = await checked(['check', 'org-1'], env);
    assert.deepEqual([code, found.map(({ org, ok }) => [org, ok])], [1, [['org-1', false]]]);
    assert.match(found[0]?.found ?? '', /401/);
    const text = await orgs(['check'], env);
    assert.equal(text.code, 1);
    assert.match(text.stdout, /^org-0 +analytics +ok/m);
    assert.match(text.stdout, /^org-1 +analytics +failed/m);
    assert.ok(!(text.stdout + text.stderr).includes(SECRET));
  });

  it('refuse an organisation that nobody has, and list nothing of it', async () => {
    for (const command of ['show', 'check']) {
      const text = await orgs([command, 'nobody']);
      assert.deepEqual([text.code, text.stdout], [2, ''], command);
      assert.match(text.stderr, /^journey-metrics: there is no organisation nobody/);
      const { code, found } = (await json([command, 'nobody'])) as Found<{ error: { type: string; message: string } }>;
      assert.deepEqual([code, found.error.type], [2, 'InvalidUsage'], command);
      assert.match(found.error.message, /there is no organisation nobody/);
    }
    assert.deepEqual(await json(['list', '--org', 'nobody']), { code: 0, found: [] });
    const text = await orgs(['list', '--org', 'nobody']);
    assert.deepEqual([text.code, text.stdout], [0, 'There is no organisation nobody.\n']);
  });

  it('refuse a file with one harmed entry, and say the line and the field', async () => {
    const env = await changed('harmed.json', (text) =>
      JSON.stringify(JSON.parse(text), null, 1).replace(/(?<="org-1": \{[^]*?"clientId": )"[^"]*"/, '7'),
    );
    for (const words of [['list'], ['show', 'org-0'], ['check', 'org-0', '--json']]) {
      const { code, stdout, stderr } = await orgs(words, env);
      assert.equal(code, 2, words.join(' '));
      assert.match(
        words.includes('--json') ? stdout : stderr,
        /CXONE_ORGS_FILE is not valid in line \d+: org-1\.auth\.clientId/,
      );
    }
  });

  it('still show an organisation that a worker has and the file of the command has not', async () => {
    const env = await changed('without.json', (text) => {
      const { 'org-0': _gone, ...others } = JSON.parse(text) as Record<string, unknown>;
      return JSON.stringify(others);
    });
    const { code, found } = await shown(['show', 'org-0'], { ...env, CXONE_ORG_ID: 'org-1' });
    assert.deepEqual([code, found.configured, found.holders.length], [0, false, 1]);
    const text = await orgs(['show', 'org-0'], { ...env, CXONE_ORG_ID: 'org-1' });
    assert.match(text.stdout, /^configuration +that of this command does not have it$/m);
  });
});
