import { JourneyMetricsError, type AggregateResult, type RunHandle } from '../../client.js';
import { withDatabase, withDatasets, type OpenDatasets } from '../../composition/stores.js';
import { openRowExport, openTableExport, type RowExport } from '../../datasets/read/export-rows.js';
import { currentRevisions, type CurrentRevision } from '../../records/ledger/current-revisions.js';
import { UsageError } from '../program/errors.js';
import type { ExitCode } from '../program/exit-code.js';
import { withSession } from '../program/session.js';
import type { Terminal } from '../terminal/terminal.js';
import { columnsOf, exportRows, metricsIn, type Exported, type ExportOptions } from './export-rows.js';
import { withIdentity } from './identity-columns.js';

/** `journey-metrics runs export <run>`: the rows of a run that has ended, with a manifest beside them. */
export async function exportRun(terminal: Terminal, workflowId: string, options: ExportOptions): Promise<ExitCode> {
  const { config } = terminal;
  return exportRows(terminal, options, async (write, signal) => {
    const { result } = await withSession(terminal, ({ client }) => endedRun(client.run(workflowId)));
    const identity = options.withIdentity ? await deliveredBy(terminal, result) : undefined;
    const { runId, queryId, window, completeness } = result;
    await withDatasets(config.datasets().place, async ({ datasets }) => {
      const rows = await openRun(datasets, result, options.exported, signal);
      const source = identity ? withIdentity(rows, identity) : rows;
      await write({ source, metrics: metricsIn(result), columns: columnsOf(result.report) }, () => ({
        workflowId: result.workflowId,
        runId,
        queryId,
        window,
        completeness,
      }));
    });
  });
}

/** The result of a run, and its organisation. @throws UsageError while it runs */
export async function endedRun(
  run: RunHandle,
): Promise<{ readonly org: string | null; readonly result: AggregateResult }> {
  const { state, org } = await run.summary();
  if (state === 'running') {
    throw new UsageError(
      `${run.workflowId} has not ended yet: \`journey-metrics runs watch ${run.workflowId}\` waits for it`,
    );
  }
  return { org, result: await run.result() };
}

/** The revision that a run delivered, as the records have it. */
export async function deliveredBy(
  { config }: Terminal,
  { workflowId, delivery: { deliveryId, revision } }: AggregateResult,
): Promise<CurrentRevision> {
  const [found] = await withDatabase(config.databaseUrl(), async (database, signal, { present }) =>
    present === 0 ? [] : currentRevisions(database, { deliveryId, revision }, signal),
  );
  if (found) return found;
  throw new UsageError(
    `the records at DATABASE_URL do not have the delivery of ${workflowId}: leave --with-identity out, or correct DATABASE_URL`,
  );
}

/** Opens rows of a run by its result. */
export async function openRun(
  store: OpenDatasets['datasets'],
  { workflowId, dataset, summary }: Pick<AggregateResult, 'workflowId' | 'dataset' | 'summary'>,
  exported: Exported,
  signal: AbortSignal,
): Promise<RowExport> {
  if (exported !== 'rollup') {
    if (dataset) return openRowExport(store, dataset, exported, signal);
    throw new JourneyMetricsError(
      'DatasetExpired',
      `${workflowId} comes from a version that did not record where its rows are`,
    );
  }
  if (summary) return openTableExport(store, summary.rollup.table, signal);
  throw new UsageError(`${workflowId} has no rollup: its request says "rollup": "off"`);
}
