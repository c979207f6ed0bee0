import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { findTemporal } from '../../../stack/servers/temporal-binary.js';
import { startSuite, type Suite } from '../../support/product.js';
import { until } from '../../support/until.js';

const run = promisify(execFile);

describe('the temporal CLI', () => {
  let suite: Suite;
  let temporal: (...args: string[]) => Promise<string>;
  before(async () => {
    suite = await startSuite();
    const { path } = await findTemporal();
    temporal = async (...args) => (await run(path, [...args, '--address', suite.servers.temporalAddress])).stdout;
  });
  after(() => suite.stop());

  it('starts a run by name with plain JSON, also with the flat body of the seed', async () => {
    const product = await suite.product({ simulator: { cxone: { data: { rows: 30 } } } });
    const query = product.request().query;
    for (const [index, input] of [{ query }, query].entries()) {
      const workflowId = `by-hand-${index}-${product.env['TASK_QUEUE'] ?? ''}`;
      const output = await temporal(
        ...[
          'workflow',
          'execute',
          '--type',
          'aggregateJourneyMetrics',
          '--task-queue',
          product.env['TASK_QUEUE'] ?? '',
        ],
        ...['--workflow-id', workflowId, '--input', JSON.stringify(input), '-o', 'json'],
      );
      const { result } = JSON.parse(output) as { result: { outcome: string; rows: { returned: number } } };
      assert.equal(result.outcome, index === 0 ? 'completed' : 'unchanged');
      assert.equal(result.rows.returned, 30);
    }
    await product.stop();
  });

  it('finds runs by their search attributes, asks their progress and cancels them', async () => {
    const product = await suite.product({ simulator: { cxone: { run: { ms: 600_000 } } } });
    const { workflowId } = await product.client.start(product.request());
    const org = product.env['CXONE_ORG_ID'] ?? '';
    let progress = '';
    while (!progress.includes('waiting'))
      progress = await temporal('workflow', 'query', '--workflow-id', workflowId, '--type', 'progress');
    const count = (query: string): Promise<string> => temporal('workflow', 'count', '--query', query);
    const started = `CxoneOrg = '${org}' AND JourneyWindowStart < '2026-11-01T00:00:01Z'`;
    await until('the run in the list', () => count(started), isOne);
    await temporal('workflow', 'cancel', '--workflow-id', workflowId);
    await assert.rejects(product.client.run(workflowId).result(), { type: 'RunCancelled' });
    await until('its end in the list', () => count(`CxoneOrg = '${org}' AND RunOutcome = 'cancelled'`), isOne);
    await product.stop();
  });
});

/** The list follows the runs a moment later. */
function isOne(output: string): boolean {
  return /\b1\b/.test(output);
}
