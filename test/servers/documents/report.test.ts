import assert from 'node:assert/strict';
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { after, before, describe, test } from 'node:test';
import { countOf, countText } from '../../../src/text/number-text.js';
import type { AggregateResult, RunHandle } from '../../../src/client.js';
import { cli, cliProcess } from '../../support/cli/cli.js';
import { startSuite, type Product, type ProductOptions, type Suite } from '../../support/product.js';
import { until } from '../../support/until.js';

describe('report, on real servers', () => {
  let suite: Suite;
  let folder: string;
  before(async () => {
    suite = await startSuite();
    folder = await mkdtemp(join(tmpdir(), 'journey-report-'));
  });
  after(async () => {
    await suite.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const started = async (options: ProductOptions): Promise<{ product: Product; run: RunHandle }> => {
    const product = await suite.product(options);
    const { query } = product.request();
    // Three weeks: among so many days some are lost, whichever organisation it is.
    const request = product.request({ query: { ...query, dateFrom: '2026-10-18' } });
    return { product, run: await product.client.start(request) };
  };

  const pageOf = async ({ env }: Product, { workflowId }: RunHandle): Promise<string> => {
    const out = join(folder, 'page.html');
    const end = await cli(['report', workflowId, '--out', out, '--json'], env);
    assert.deepEqual([end.code, end.stderr], [0, '']);
    const { size } = await stat(out);
    assert.deepEqual(JSON.parse(end.stdout), { file: out, bytes: size });
    return readFile(out, 'utf8');
  };

  const textOf = (page: string): string =>
    page.replaceAll(/<style>.*?<\/style>|<[^>]*>/gs, ' ').replaceAll(/\s+/g, ' ');

  const DATA = { rows: 3_000, outliers: 0.02, nulls: 0.01, oddText: 0.5, missingDays: 0.3, seed: 'report' };

  test('a run that was delivered: numbers, gaps, distribution, journeys, delivery, timeline and audit entry', async () => {
    const { product, run } = await started({ simulator: { cxone: { data: DATA } } });
    const result: AggregateResult = await run.result();
    const page = await pageOf(product, run);
    const text = textOf(page);
    const [entry] = await product.records.auditLog.list(
      { limit: 1, workflowId: run.workflowId },
      AbortSignal.timeout(10_000),
    );
    const { rows, completeness, delivery, outliers } = result;
    assert.ok(completeness.missingCount > 0, 'the week of this seed has days without rows');
    for (const said of [
      run.workflowId,
      result.window.label,
      `${countText(rows.delivered)} rows delivered of ${countText(rows.returned)} returned`,
      `${countOf(completeness.missingCount, 'bucket')} without rows: ${completeness.missing[0] ?? ''}`,
      `${countText(outliers.total)} outliers removed`,
      `${countText(outliers.metrics[0]?.considered ?? 0)} outside`,
      delivery.deliveryId,
      'taken',
      'this run',
      'accepted',
      `${rows.kept} of ${rows.returned} rows kept`,
      entry?.hash ?? 'no entry',
    ]) {
      assert.ok(text.includes(said), said);
    }
    assert.equal(page.match(/<svg role="img"/g)?.length, 5);
    assert.equal(page.match(/<tr>\s*<th scope="row"\s*>\s*<bdi>/g)?.length, 20, 'ten journeys at each end');
    await product.stop();
  });

  test('figures are those of a count over the rows themselves', async () => {
    const { product, run } = await started({ simulator: { cxone: { data: DATA } } });
    const result = await run.result();
    const out = join(folder, 'rows.ndjson');
    const raw = await cli(['runs', 'export', run.workflowId, '--raw', '--out', out], product.env);
    assert.equal(raw.code, 0);
    const rates = (await readFile(out, 'utf8'))
      .split('\n')
      .slice(0, -1)
      .map((line) => (JSON.parse(line) as { journeyCompletionRate?: unknown }).journeyCompletionRate)
      .filter((rate) => typeof rate === 'number');
    const text = textOf(await pageOf(product, run));
    const written = (value: number): string =>
      new Intl.NumberFormat('en-US', { maximumSignificantDigits: 6 }).format(value);
    const [least, greatest] = [Math.min(...rates), Math.max(...rates)];
    assert.ok(text.includes(`${countText(rates.length)} values from ${written(least)} to ${written(greatest)}.`));
    assert.equal(result.rows.returned, 3_000);
    await product.stop();
  });

  test('where the bytes are gone, the sections of the rows say so and the others stand', async () => {
    const { product, run } = await started({ simulator: { cxone: { data: DATA } } });
    const result = await run.result();
    const datasets = fileURLToPath(product.env['DATASET_URL'] ?? '');
    await rm(join(datasets, result.dataset?.scope ?? ''), { recursive: true });
    const text = textOf(await pageOf(product, run));
    assert.equal(text.split('The rows were deleted: they are kept for a limited time.').length - 1, 3);
    assert.match(text, /Completeness \d+ of 21 buckets have rows/);
    assert.ok(text.includes('taken'));
    await product.stop();
  });

  test('an undelivered run shows what the receiver said, and whose redelivery it took', async () => {
    const faults = { script: [{ on: 'webhook' as const, nth: 1, fault: '410' as const }] };
    const { product, run } = await started({ simulator: { cxone: { data: { rows: 60 } }, receiver: { faults } } });
    assert.equal((await run.result()).outcome, 'undelivered');
    const text = textOf(await pageOf(product, run));
    assert.match(text, /Completed, but the receiver did not accept the delivery/);
    assert.match(text, /Last answer: 410/);
    assert.match(text, /1 1 410 refused : 410 this run/);
    await product.client.redeliver({ workflowId: run.workflowId });
    assert.match(textOf(await pageOf(product, run)), /1 1 200 taken redeliver-journey-/);
    await product.stop();
  });

  test('a run that failed, one that was cancelled and one under way have a page with what there is', async () => {
    const refused = {
      simulator: { cxone: { faults: { script: [{ on: 'submit' as const, fault: '400' as const }] } } },
    };
    const one = await started(refused);
    await assert.rejects(one.run.result());
    const failed = textOf(await pageOf(one.product, one.run));
    assert.match(failed, /Failed QueryRejected /);
    assert.equal(failed.split('The run ended without a result.').length - 1, 5);
    assert.match(failed, /The run has not reached its delivery\./);
    assert.match(failed, /Entry 1, run Outcome failed/);
    await one.product.stop();

    const other = await started({ simulator: { cxone: { run: { polls: 10_000 } } } });
    await until(
      'the run to wait',
      () => other.run.progress(),
      ({ phase }) => phase === 'waiting',
    );
    const open = textOf(await pageOf(other.product, other.run));
    assert.match(open, /Under way It is waiting \( running \), until [-0-9]{10} [:0-9]{8} UTC\. /);
    assert.equal(open.split('There is no result yet.').length - 1, 5);
    assert.match(open, /This run has no entry yet: the entry is written when the run ends\./);
    await other.run.cancel();
    await assert.rejects(other.run.result());
    const cancelled = textOf(await pageOf(other.product, other.run));
    assert.match(cancelled, /Cancelled RunCancelled the run was cancelled/);
    assert.match(cancelled, /Outcome cancelled/);
    await other.product.stop();
  });

  test('the command names the file after the run, opens it without a shell, and says what it cannot do', async () => {
    const { product, run } = await started({ simulator: { cxone: { data: { rows: 20 } } } });
    await run.result();
    const name = join(folder, 'it is; $(touch pwned) here.html');
    const opener = join(folder, 'xdg-open');
    await writeFile(
      opener,
      `#!/bin/sh\nprintf '%s' "$1" > '${folder}/opened.partial' && mv '${folder}/opened.partial' '${folder}/opened'\n`,
    );
    await chmod(opener, 0o755);
    const env = { ...product.env, PATH: `${folder}${delimiter}${process.env['PATH'] ?? ''}` };
    if (process.platform === 'linux') {
      assert.equal((await cliProcess(['report', run.workflowId, '--out', name, '--open'], env)).code, 0);
      await until(
        'the page to be opened',
        async () => readdir(folder),
        (files) => files.includes('opened'),
      );
      assert.equal(await readFile(join(folder, 'opened'), 'utf8'), name);
      const without = await cliProcess(['report', run.workflowId, '--out', name, '--open'], {
        ...env,
        PATH: '/nonexistent',
      });
      assert.equal(without.code, 0);
      assert.match(without.stderr, /xdg-open is not installed: open /);
    }
    const nowhere = await cli(['report', run.workflowId, '--out', join(folder, 'no', 'such')], product.env);
    assert.deepEqual([nowhere.code, nowhere.stdout], [2, '']);
    const nobody = await cli(['report', 'journey-nobody', '--json'], product.env);
    assert.equal(nobody.code, 1);
    assert.match(nobody.stdout, /"RunNotFound"/);
    await product.stop();
  });
});
