import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { startCli } from '../../support/cli/cli.js';
import { printed } from '../../support/cli/cli-commands.js';
import { documentedCommands, type Shape } from '../../support/cli/cli-document.js';
import { listen } from '../../support/gateway/loopback.js';
import { startSuite, type Product, type Suite } from '../../support/product.js';
import { until } from '../../support/until.js';

const REQUEST = {
  query: { metric: ['journeyCompletionRate'], dateFrom: '2026-11-01', dateTo: '2026-11-02' },
};
const RELATIVE = { query: { metric: ['journeyCompletionRate'] }, window: { relative: 'yesterday' } };
interface CheckOptions {
  /** What `--query -` reads. */
  readonly input?: unknown;
  /** Which of the documented shapes, and of which command. */
  readonly shape?: number;
  readonly as?: string;
  readonly of?: Product;
}

/** One needs a backfill with failures (cli-backfill.test.ts), the other a tenant of CXone (cli-sources.test.ts). */
const SHOWN_ELSEWHERE = ['backfill retry', 'sources check'];

const withoutArguments = (command: string): string => command.replaceAll(/ [<[]\w+[>\]]/g, '');

const RANGE = ['--from', '2026-11-01', '--to', '2026-11-03'];

describe('what --json prints, against docs/cli.md', () => {
  let suite: Suite;
  let product: Product;
  /** Commands whose documents were looked at. */
  const shown = new Set<string>();
  before(async () => {
    suite = await startSuite();
    product = await suite.product({ simulator: { cxone: { data: { rows: 24 } } } });
  });
  after(async () => {
    await product.stop();
    await suite.stop();
  });

  const shapesOf = (command: string): readonly Shape[] => {
    const found = documentedCommands().find((each) => withoutArguments(each.command) === command);
    assert.ok(found, `${command} is not documented`);
    return found.shapes;
  };
  /** Runs it, and holds its document against the shape; answers with the document, of an array with its first element. */
  const checked = async (
    command: string,
    args: readonly string[] = [],
    { input = REQUEST, shape = 0, as = command, of = product }: CheckOptions = {},
  ): Promise<Record<string, unknown>> => {
    const words = command.split(' ');
    const { code, stdout, stderr } = await printed([...words, ...args, '--json'], {
      env: of.env,
      input: JSON.stringify(input),
    });
    assert.ok(code === 0 || (command === 'doctor' && code === 1), `${command}: ${stderr}`);
    const found = shapesOf(as)[shape];
    assert.ok(found, `${as} has a shape`);
    const document: unknown = JSON.parse(stdout);
    assert.equal(Array.isArray(document), found.isArray, command);
    const one = (Array.isArray(document) ? document[0] : document) as Record<string, unknown>;
    assertKeys(one, found, command);
    shown.add(command);
    return one;
  };

  it('of a run', async () => {
    const { workflowId } = await checked('aggregate', ['-q', '-']);
    const id = String(workflowId);
    await checked('aggregate', ['-q', '-', '--detach'], { shape: 1 });
    await until(
      'the run in the list',
      () => product.client.list(),
      (runs) => runs.length > 0,
    );
    await checked('runs list');
    await checked('runs show', [id, '--history']);
    await checked('runs watch', [id], { as: 'aggregate' });
    const { revisions } = await checked('runs history', ['--window', '2026-11-01']);
    const [, revision] = shapesOf('runs history');
    assertKeys((revisions as Record<string, unknown>[])[0], revision, 'a revision');
    await checked('runs export', [id, '--format', 'csv', '--out', join(product.home, 'rows.csv')]);
    await checked('runs redeliver', [id]);
    await checked('report', [id, '--out', join(product.home, 'report.html')]);
  });

  it('of a schedule', async () => {
    const id = `nightly-${product.env['CXONE_ORG_ID'] ?? ''}`;
    await checked('schedules create', [id, '-q', '-', '--paused'], { input: RELATIVE });
    await until(
      'the schedule in the list',
      () => product.client.schedules.list(),
      (schedules) => schedules.length > 0,
    );
    await checked('schedules list');
    const file = join(product.home, 'schedules.json');
    await checked('schedules export', ['--file', file]);
    await checked('schedules diff', ['--file', file]);
    await checked('schedules apply', ['--file', file, '--yes']);
    await checked('schedules trigger', [id]);
    await checked('schedules show', [id]);
    await checked('schedules update', [id, '--at', '06:00'], { as: 'schedules create' });
    for (const verb of ['resume', 'pause']) {
      await checked(`schedules ${verb}`, [id], { as: 'schedules create' });
    }
    await checked('schedules backfill', [id, '--from', '2026-11-02', '--to', '2026-11-03']);
    await checked('schedules delete', [id]);
  });

  it('of a backfill', async () => {
    const start = ['-q', '-', ...RANGE];
    await checked('backfill start', [...start, '--dry-run'], { shape: 1 });
    const { workflowId } = await checked('backfill start', start);
    const id = String(workflowId);
    await checked('backfill start', [...start, '--detach'], { shape: 2 });
    await checked('backfill watch', [id], { as: 'backfill start' });
    await checked('backfill show', [id]);
    await until(
      'the backfill in the list',
      () => product.client.backfills.list(),
      (backfills) => backfills.length > 0,
    );
    await checked('backfill list');
    const later = { query: { ...REQUEST.query, dateFrom: '2026-11-04', dateTo: '2026-11-05' } };
    const { series } = await checked('aggregate', ['-q', '-'], { input: later });
    await checked('windows list');
    await checked('status');
    await checked('explain', ['--date', '2026-11-04', '--series', String(series)]);
    await checked('windows fill');
    const misled = await printed(['runs', 'watch', id, '--json'], { env: product.env });
    assert.equal(misled.code, 2);
    assert.match(misled.stderr, new RegExp(`is a backfill, not a run: use .journey-metrics backfill watch ${id}.`));
  });

  it('of what is under way', async () => {
    const of = await suite.product({ simulator: { cxone: { run: { ms: 3_600_000 } } } });
    const run = await checked('aggregate', ['-q', '-', '--detach'], { shape: 1, of });
    await checked('runs poll-now', [String(run['workflowId'])], { of });
    await checked('runs cancel', [String(run['workflowId'])], { of });
    const backfill = await checked('backfill start', ['-q', '-', ...RANGE, '--detach'], { shape: 2, of });
    const id = String(backfill['workflowId']);
    for (const verb of ['pause', 'resume']) await checked(`backfill ${verb}`, [id], { of });
    await checked('backfill width', [id, '2'], { of });
    await checked('backfill cancel', [id], { of });
    await of.stop();
  });

  it('of an alert', async (t) => {
    const { url } = await listen(t, () => ({ status: 204 }));
    const file = join(product.home, 'alerts.json');
    writeFileSync(file, JSON.stringify({ destinations: { ops: { url: new URL('/ops', url).href, private: true } } }));
    product.simulator.cxone.faults.add({ script: [{ on: 'submit', fault: '400', times: 1 }] });
    const later = { query: { ...REQUEST.query, dateFrom: '2026-11-06', dateTo: '2026-11-07' } };
    const failed = await printed(['aggregate', '-q', '-'], { env: product.env, input: JSON.stringify(later) });
    assert.equal(failed.code, 1);
    await checked('alerts list', ['--open']);
    await checked('alerts test', ['ops'], { of: { ...product, env: { ...product.env, ALERTS_FILE: file } } });
  });

  it('of records, rows, keys and checks', async () => {
    await checked('catalogue', ['--org', product.env['CXONE_ORG_ID'] ?? '']);
    await checked('audit list');
    await checked('audit export', ['--out', join(product.home, 'audit.ndjson')]);
    await checked('audit verify');
    await checked('audit checkpoint');
    await checked('audit reconcile');
    await checked('datasets list');
    await checked('datasets gc', ['--dry-run']);
    await checked('doctor');
    await checked('destinations list');
    await checked('destinations test', ['bi']);
    await checked('orgs list');
    await checked('orgs show', [product.env['CXONE_ORG_ID'] ?? '']);
    await checked('orgs check');
    await checked('deliveries recover', ['--destination', 'bi', '--since', '1 day']);
    await checked('records fence');
    await checked('keys create', ['--id', 'ops', '--scopes', 'runs:read', '--orgs', '*']);
    const { child, ended, printed: first } = startCli(['simulator', '--json']);
    const [line] = await first(/^\{.*\}\n/);
    child.kill('SIGINT');
    await ended;
    assertKeys(JSON.parse(line) as Record<string, unknown>, shapesOf('simulator')[0], 'simulator');
    shown.add('simulator');
  });

  it('of every command that there is', () => {
    const documented = documentedCommands().map(({ command }) => withoutArguments(command));
    assert.deepEqual(
      documented.filter((command) => !shown.has(command) && !SHOWN_ELSEWHERE.includes(command)),
      [],
    );
  });
});

function assertKeys(document: Record<string, unknown> | undefined, shape: Shape | undefined, of: string): void {
  assert.ok(document && shape, of);
  const keys = Object.keys(document);
  assert.deepEqual(
    keys.filter((key) => !shape.perhaps.includes(key)).sort(),
    [...shape.always].sort(),
    `${of}: ${keys.join(', ')}`,
  );
}
