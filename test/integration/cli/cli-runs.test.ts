import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { RunSimulatorOptions } from '../../../simulator/main.js';
import type { AggregateRequest, AggregateResult, RunSummary } from '../../../src/client.js';
import { cli, cliProcess, startCli, type CliEnd } from '../../support/cli/cli.js';
import { startSuite, type Product, type Suite } from '../../support/product.js';
import { until } from '../../support/until.js';

interface Desk {
  readonly product: Product;
  readonly request: AggregateRequest;
  /** Runs a command of this product's; `request` is what `--query -` reads. */
  readonly run: (...args: readonly string[]) => Promise<CliEnd>;
}

function json({ stdout }: CliEnd): unknown {
  return JSON.parse(stdout);
}

describe('the command line, on real servers', () => {
  let suite: Suite;
  before(async () => {
    suite = await startSuite();
  });
  after(() => suite.stop());

  const desk = async (simulator: RunSimulatorOptions = {}, change: Partial<AggregateRequest> = {}): Promise<Desk> => {
    const product = await suite.product({ simulator });
    const request = product.request(change);
    const env = { ...product.env, JOURNEY_METRICS_REQUESTER: 'ida@desk' };
    return { product, request, run: (...args) => cli(args, env, JSON.stringify(request)) };
  };
  const running = (product: Product): Promise<RunSummary> =>
    until(
      'a run under way',
      () => product.client.list(),
      ([run]) => run?.state === 'running',
    ).then(([run]) => run ?? assert.fail('there is one'));

  test('aggregates, attaches to what it had, reads anew when asked to, and shows it all', async () => {
    const { product, run } = await desk();
    const first = await run('aggregate', '--query', '-', '--json');
    assert.deepEqual([first.code, first.stderr], [0, '']);
    const result = json(first) as AggregateResult;
    assert.equal(result.outcome, 'completed');
    assert.equal(
      product.simulator.receiver.windows().get(result.delivery.deliveryId)?.rows.length,
      result.rows.delivered,
    );

    const [attached, detached, anew] = await Promise.all([
      run('aggregate', '--query', '-'),
      run('aggregate', '--query', '-', '--detach'),
      run('aggregate', '--query', '-', '--again', '--json'),
    ]);
    assert.equal(attached.code, 0);
    assert.match(
      attached.stdout,
      /^completed: delivered\nresult of the run of \d\d:\d\d \(.* ago\); --again reads the source again\njourney-execution · /,
    );
    assert.equal(attached.stderr, '', 'nobody watches: nothing is shown');
    const { workflowId, runId } = result;
    assert.deepEqual(json(detached), { workflowId, runId, stored: true });
    const again = json(anew) as AggregateResult;
    assert.deepEqual([again.workflowId, again.outcome, anew.code], [`${workflowId}-2`, 'unchanged', 0]);

    const [list, show, shown, audit] = await Promise.all([
      until(
        'both runs to be listed',
        () => run('runs', 'list', '--json'),
        (end) => (json(end) as unknown[]).length === 2,
      ),
      run('runs', 'show', workflowId, '--history', '--json'),
      run('runs', 'show', workflowId),
      run('audit', 'list', '--json'),
    ]);
    assert.deepEqual(
      (json(list) as RunSummary[]).map(({ state, outcome }) => [state, outcome]),
      [
        ['completed', 'unchanged'],
        ['completed', 'completed'],
      ],
    );
    const described = json(show) as { state: string; result: unknown; history: { events: { eventType: string }[] } };
    assert.deepEqual([described.state, described.result], ['completed', result]);
    assert.equal(described.history.events[0]?.eventType, 'EVENT_TYPE_WORKFLOW_EXECUTION_STARTED');
    assert.equal(shown.stdout, attached.stdout.replace(/result of the run of .*\n/, ''));
    assert.deepEqual(
      (json(audit) as { requester: string }[]).map(({ requester }) => requester),
      ['ida@desk', 'ida@desk'],
    );
    await product.stop();
  });

  test('ends with 4 when the timeout passes, and the run goes on until somebody watches it again', async () => {
    const { product, request, run } = await desk({ cxone: { run: { ms: 12_000 } } });
    const aggregate = ['aggregate', '--query', '-', '--json', '--timeout', '1s'];
    const late = await cliProcess(aggregate, product.env, JSON.stringify(request));
    assert.equal(late.code, 4);
    const { error } = json(late) as { error: { type: string; details: [{ workflowId: string; runId: string }] } };
    assert.equal(error.type, 'Timeout');
    const [{ workflowId, runId }] = error.details;
    const still = await run('runs', 'watch', workflowId, '--json', '--timeout', '1s');
    assert.deepEqual([still.code, json(still)], [4, { error: { ...error, details: [{ workflowId, runId }] } }]);
    assert.match(late.stderr, new RegExp(`reattach: journey-metrics runs watch ${workflowId}`));
    const watched = await run('runs', 'watch', workflowId, '--json');
    assert.deepEqual([watched.code, (json(watched) as AggregateResult).outcome], [0, 'completed']);
    await product.stop();
  });

  test('Ctrl-C leaves the run going; cancelling it ends and audits it', async () => {
    const { product, request, run } = await desk({ cxone: { run: { ms: 600_000 } } });
    const { child, ended } = startCli(['aggregate', '--query', '-', '--json'], product.env, JSON.stringify(request));
    const { workflowId } = await running(product);
    // The run may be there a moment before the command knows of it: heeded all the same.
    child.kill('SIGINT');
    const { code, stdout, stderr } = await ended;
    assert.equal(code, 130);
    assert.match(stdout, /^\{"error":\{"type":"Interrupted",.*\}\n$/);
    assert.match(stderr, new RegExp(`the run continues: ${workflowId}\\n.*runs watch .*\\n.*runs cancel `));
    const show = await until(
      'the run to wait for the source',
      async () =>
        json(await run('runs', 'show', workflowId, '--json')) as { state: string; progress: { phase: string } },
      ({ progress }) => progress.phase === 'waiting',
    );
    assert.equal(show.state, 'running');

    assert.equal((await run('runs', 'poll-now', workflowId)).code, 0);
    assert.equal((await run('runs', 'cancel', workflowId)).code, 0);
    const end = await run('runs', 'watch', workflowId, '--json');
    assert.equal(end.code, 1);
    assert.match(end.stdout, /^\{"error":\{"type":"RunCancelled"/);
    const late = await run('runs', 'poll-now', workflowId);
    assert.deepEqual([late.code, late.stdout], [1, '']);
    assert.match(late.stderr, /is no longer active: it is cancelled/);
    await assert.rejects(product.client.run(workflowId).pollNow(), /is no longer active: it is cancelled/);
    assert.deepEqual(await product.client.list({ limit: 0 }), []);
    const [entry] = json(await run('audit', 'list', '--json')) as { outcome: string }[];
    assert.equal(entry?.outcome, 'cancelled');
    await product.stop();
  });

  test('ends with 1 when the run fails, by the type of its failure', async () => {
    const { product, run } = await desk({ cxone: { faults: { script: [{ on: 'poll', fault: 'failed' }] } } });
    const end = await run('aggregate', '--query', '-', '--json');
    assert.equal(end.code, 1);
    assert.match(end.stdout, /^\{"error":\{"type":"QueryFailed"/);
    assert.match(end.stderr, /^journey-metrics: .*\n {2}look at: journey-metrics runs show journey-/);
    await product.stop();
  });

  test('ends with 2 when the worker finds the request to be wrong', async () => {
    const { product, run } = await desk(
      {},
      { query: { metric: ['journeyStartd'], dateFrom: '2026-11-01', dateTo: '2026-11-02' } },
    );
    const end = await run('aggregate', '--query', '-');
    assert.deepEqual([end.code, end.stdout], [2, '']);
    assert.match(end.stderr, /query\.metric\.0: .*did you mean "journeyStarted"/);
    await product.stop();
  });

  test('ends with 3 when the receiver does not accept the delivery, and delivers again when asked to', async () => {
    const { product, run } = await desk({ receiver: { faults: { script: [{ on: 'webhook', fault: '410' }] } } });
    const undelivered = await run('aggregate', '--query', '-', '--json');
    assert.equal(undelivered.code, 3);
    const { workflowId, outcome, delivery } = json(undelivered) as AggregateResult;
    assert.equal(outcome, 'undelivered');
    const redelivered = await run('runs', 'redeliver', workflowId, '--json');
    assert.equal(redelivered.code, 0);
    assert.ok(product.simulator.receiver.windows().has(delivery.deliveryId));
    const nothing = await run('runs', 'redeliver', workflowId);
    assert.match(nothing.stdout, /^unchanged \(nothing was outstanding/);
    const [unknown, verified] = await Promise.all([
      run('runs', 'redeliver', 'nothing', '--json'),
      run('audit', 'verify'),
    ]);
    assert.deepEqual([unknown.code, verified.code], [1, 0]);
    assert.match(unknown.stdout, /^\{"error":\{"type":"DeliveryNotFound"/);
    await product.stop();
  });

  test('finds nothing wrong where everything is in place, and says nothing of secrets', async () => {
    const { product, run } = await desk();
    const [examined, reconciled] = await Promise.all([run('doctor', '--json'), run('audit', 'reconcile', '--json')]);
    assert.equal(examined.code, 0, examined.stdout);
    const { checks } = json(examined) as { checks: { name: string; status: string }[] };
    const ours = checks.filter(({ name }) => name !== 'Node.js');
    assert.deepEqual(
      ours.filter(({ status }) => status !== 'ok').map(({ name, status }) => `${name} ${status}`),
      ['alerts skipped'],
    );
    assert.equal(ours.length, 13);
    assert.equal(reconciled.code, 0);
    for (const secret of [product.env['CXONE_CLIENT_SECRET'], new URL(product.env['DATABASE_URL'] ?? '').password]) {
      assert.ok(secret && !examined.stdout.includes(secret));
    }
    await product.stop();
  });
});
