import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { RunSimulatorOptions } from '../../../simulator/main.js';
import type { BackfillForecast, BackfillProgress, BackfillResult, BackfillSummary } from '../../../src/client.js';
import { cli, startCli, type CliEnd } from '../../support/cli/cli.js';
import { daysAsked, untilProgress } from '../../support/workflow/backfills.js';
import { startSuite, type Product, type Suite } from '../../support/product.js';
import { until } from '../../support/until.js';

const FILE = {
  query: { metric: ['journeyCompletionRate'], dimension: ['journeyId'], dateFrom: '2026-11-01', dateTo: '2026-11-08' },
};
const START = ['backfill', 'start', '--query', '-', '--from', '2024-02-28', '--to', '2024-03-02'];
const DAYS = ['2024-02-28', '2024-02-29', '2024-03-01'];
const QUICK = { data: { rows: 20 }, run: { polls: 0 } };
const ENDLESS = { data: { rows: 20 }, run: { ms: 3_600_000 } };

interface Desk {
  readonly product: Product;
  /** Runs a command of this product's; the file is what `--query -` reads. */
  readonly run: (...args: readonly string[]) => Promise<CliEnd>;
}

function json({ stdout }: CliEnd): unknown {
  return JSON.parse(stdout);
}

function errorIn(end: CliEnd): { type: string; message: string; details: { workflowId?: string }[] } {
  return (json(end) as { error: ReturnType<typeof errorIn> }).error;
}

describe('backfills on the command line, on real servers', { concurrency: 2 }, () => {
  let suite: Suite;
  before(async () => {
    suite = await startSuite();
  });
  after(() => suite.stop());

  const desk = async (simulator: RunSimulatorOptions): Promise<Desk> => {
    const product = await suite.product({ simulator });
    return { product, run: (...args) => cli(args, product.env, JSON.stringify(FILE)) };
  };

  test('starts one in place of the file’s own window, attaches to it, lists it and shows it', async () => {
    const { product, run } = await desk({ cxone: QUICK });
    const end = await run(...START, '--json');
    assert.deepEqual([end.code, end.stderr], [0, '']);
    const result = json(end) as BackfillResult;
    assert.deepEqual(
      [result.outcome, result.slices.completed, result.range.from],
      ['completed', 3, '2024-02-28T00:00:00Z'],
    );
    assert.deepEqual([...daysAsked(product)].sort(), DAYS);

    const { workflowId, runId } = result;
    const [attached, detached, shown, described, list] = await Promise.all([
      run(...START),
      run(...START, '--detach'),
      run('backfill', 'show', workflowId),
      run('backfill', 'show', workflowId, '--json'),
      until(
        'it to be listed as ended',
        () => run('backfill', 'list', '--json'),
        (listed) => (json(listed) as BackfillSummary[])[0]?.outcome === 'completed',
      ),
    ]);
    assert.match(attached.stdout, /\nresult of the run of \d\d:\d\d \(.* ago\); --again reads the source again\n/);
    assert.deepEqual([attached.code, attached.stdout.replace(/result of the run of .*\n/, '')], [0, shown.stdout]);
    assert.match(attached.stdout, /^completed: every slice was delivered\n/);
    assert.deepEqual(json(detached), { workflowId, runId, stored: true });
    const { state, result: again } = json(described) as BackfillSummary & { result: BackfillResult };
    assert.deepEqual([state, again], ['completed', result]);
    const [listed, ...others] = json(list) as BackfillSummary[];
    assert.deepEqual([listed?.workflowId, listed?.state, others], [workflowId, 'completed', []]);
    assert.equal(daysAsked(product).length, 3, 'nothing was read twice');
    await product.stop();
  });

  test('a dry run prints slices, calls and time, asks the source nothing and starts nothing', async () => {
    const { product, run } = await desk({ cxone: QUICK });
    const berlin = [...START, '--time-zone', 'Europe/Berlin', '--width', '2', '--dry-run'];
    const [text, document] = await Promise.all([run(...berlin), run(...berlin, '--json')]);
    assert.deepEqual([text.code, document.code], [0, 0]);
    assert.match(text.stdout, /^dry run: nothing was started\n/);
    for (const day of DAYS) assert.match(text.stdout, new RegExp(`^ +(slices +)?${day}$`, 'm'));
    assert.match(text.stdout, /about 3 queries, 66 polls, 1 token/);
    assert.match(text.stdout, /about 2 min, 2 in parallel\n +assumption: 1 min per slice/);
    const forecast = json(document) as BackfillForecast;
    assert.deepEqual(forecast.slices[1], {
      from: '2024-02-28T23:00:00Z',
      to: '2024-02-29T23:00:00Z',
      label: '2024-02-29',
    });
    assert.deepEqual([forecast.total, forecast.width, forecast.estimate.runs], [3, 2, 0]);
    assert.deepEqual(product.simulator.cxone.journal.entries(), []);
    assert.deepEqual(await product.histories(), []);
    await product.stop();
  });

  test('ends with 2 for a zone, a range or a width that cannot be, and starts nothing', async () => {
    const { product, run } = await desk({ cxone: QUICK });
    const range = (from: string, to: string): string[] => ['backfill', 'start', '-q', '-', '--from', from, '--to', to];
    const ends = await Promise.all([
      run(...START, '--time-zone', 'Mars/Olympus'),
      run(...range('2024-03-01', '2024-03-01')),
      run(...range('2024-03-02', '2024-03-01')),
      run(...range('2024-03-01', '2200-01-01')),
      run(...START, '--width', '21'),
      run(...START, '--slice-by', 'year'),
      run('backfill', 'width', 'some', '0'),
    ]);
    assert.deepEqual(
      ends.map(({ code }) => code),
      ends.map(() => 2),
    );
    const said = [
      /timeZone: "Mars\/Olympus" is not a time zone/,
      /to: is from: the range is empty/,
      /to: is before from/,
      /to: ends in the future/,
      /Give a whole number from 1 to 20/,
      /Allowed choices are day, week, month/,
      /Give a whole number from 1 to 20/,
    ];
    ends.forEach(({ stderr }, index) => {
      assert.match(stderr, said[index] ?? /never/);
    });
    assert.deepEqual(await product.histories(), []);
    await product.stop();
  });

  test('pauses, widens, resumes and cancels one that somebody left running', async () => {
    const { product, run } = await desk({ cxone: ENDLESS });
    const started = startCli([...START, '--width', '1', '--json'], product.env, JSON.stringify(FILE));
    const { backfills } = product.client;
    const [listed] = await until(
      'a backfill under way',
      () => backfills.list(),
      (all) => all.length === 1,
    );
    const { workflowId } = listed ?? assert.fail('there is one');
    const backfill = backfills.get(workflowId);
    await untilProgress(backfill, 'the first slice to run', ({ running }) => running.length === 1);
    started.child.kill('SIGINT');
    const left = await started.ended;
    assert.deepEqual([left.code, errorIn(left).type], [130, 'Interrupted']);
    assert.match(
      left.stderr,
      new RegExp(`the backfill continues: ${workflowId}\\n.*backfill watch .*\\n.*backfill cancel `),
    );

    assert.equal((await run('backfill', 'pause', workflowId)).code, 0);
    const widened = await run('backfill', 'width', workflowId, '2');
    assert.deepEqual([widened.code, widened.stdout], [0, `${workflowId} now runs 2 slices in parallel\n`]);
    const shown = json(await run('backfill', 'show', workflowId, '--json')) as {
      state: string;
      progress: BackfillProgress;
    };
    assert.deepEqual([shown.state, shown.progress.phase, shown.progress.running.length], ['running', 'paused', 1]);
    assert.equal((await run('backfill', 'resume', workflowId)).code, 0);
    await untilProgress(backfill, 'two slices to run', ({ running }) => running.length === 2);
    const late = await run('backfill', 'watch', workflowId, '--timeout', '1s', '--json');
    assert.deepEqual([late.code, errorIn(late).details[0]?.workflowId], [4, workflowId]);

    assert.equal((await run('backfill', 'cancel', workflowId)).code, 0);
    const watched = await run('backfill', 'watch', workflowId, '--json');
    assert.deepEqual([watched.code, errorIn(watched).type], [1, 'RunCancelled']);
    const [paused, unknown] = await Promise.all([
      run('backfill', 'pause', workflowId, '--json').then(() => run('backfill', 'pause', workflowId)),
      run('backfill', 'show', 'nobody', '--json'),
    ]);
    assert.deepEqual([paused.code, unknown.code, errorIn(unknown).type], [1, 1, 'BackfillNotFound']);
    assert.match(paused.stderr, /is no longer active/);
    await product.stop();
  });

  test('ends with 1 and a table where slices failed; a retry runs only those', async () => {
    const { product, run } = await desk({
      cxone: { ...QUICK, faults: { script: [{ on: 'poll', fault: 'failed' }] } },
    });
    const end = await run(...START, '--width', '1');
    assert.equal(end.code, 1);
    assert.match(end.stdout, /^incomplete: not every slice was delivered\n/);
    assert.match(end.stdout, /3 in all: 2 completed, 1 failed/);
    assert.match(end.stdout, /^2024-02-28 +QueryFailed +journey-\S+-20240228T0000Z-20240229T0000Z-[0-9a-f]{8} /m);
    const [, workflowId = ''] = /journey-metrics backfill retry (\S+)/.exec(end.stdout) ?? [];
    const retried = await run('backfill', 'retry', workflowId, '--json');
    assert.equal(retried.code, 0);
    const { workflowId: retry, slices, range } = json(retried) as BackfillResult;
    assert.deepEqual([retry, slices.total, slices.completed], [`${workflowId}-retry`, 1, 1]);
    assert.deepEqual(range, { from: '2024-02-28T00:00:00Z', to: '2024-02-29T00:00:00Z' });
    assert.deepEqual(daysAsked(product), [...DAYS, '2024-02-28']);
    const nothing = await run('backfill', 'retry', workflowId, '--json');
    assert.deepEqual([nothing.code, errorIn(nothing).type], [1, 'NothingToRetry']);
    await product.stop();
  });

  test('ends with 3 where slices only did not arrive', async () => {
    const { product, run } = await desk({
      cxone: QUICK,
      receiver: { faults: { script: [{ on: 'webhook', fault: '410' }] } },
    });
    const end = await run(...START, '--json');
    assert.equal(end.code, 3);
    const { failures, slices } = json(end) as BackfillResult;
    assert.deepEqual([failures.map(({ type }) => type), slices.undelivered, slices.completed], [['Undelivered'], 1, 2]);
    await product.stop();
  });
});
