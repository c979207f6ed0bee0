import { JourneyMetricsError, type AggregateResult, type JourneyMetricsClient } from '../../client.js';
import type { OpenDatasets } from '../../composition/stores.js';
import { openDeliveredExport, payloadHead } from '../../datasets/read/delivered-rows.js';
import type { RowExport } from '../../datasets/read/export-rows.js';
import type { CurrentRevision } from '../../records/ledger/current-revisions.js';
import { withSession } from '../program/session.js';
import type { Terminal } from '../terminal/terminal.js';
import type { Exported } from './export-rows.js';
import { openRun } from './export-run.js';
import { metricsIn } from './export-rows.js';

/** A window, and how its rows are read. */
export interface OpenedWindow {
  readonly revision: CurrentRevision;
  readonly metrics: readonly string[];
  readonly open: (store: OpenDatasets['datasets'], signal: AbortSignal) => Promise<Pick<RowExport, 'batches'>>;
}

interface Wanted {
  readonly exported: Exported;
  readonly revisions: readonly CurrentRevision[];
}

/**
 * Finds the rows of every window, before the first one is written. What was delivered is read from the stored payloads;
 * for more than that a run with the same content must still be in Temporal.
 * @throws JourneyMetricsError `DatasetExpired` that names every window whose rows are gone
 */
export async function openWindows(
  terminal: Terminal,
  store: OpenDatasets['datasets'],
  { exported, revisions }: Wanted,
  signal: AbortSignal,
): Promise<readonly OpenedWindow[]> {
  const found = new Map<CurrentRevision, OpenedWindow>();
  for (const revision of revisions) {
    const window = await ofPayloads(store, revision, exported, signal);
    if (window) found.set(revision, window);
  }
  const others = revisions.filter((revision) => !found.has(revision));
  if (others.length > 0) {
    await withSession(terminal, async ({ client }) => {
      for (const revision of others) {
        const result = await resultOf(client, revision, signal);
        if (result) found.set(revision, ofRun(revision, result, exported));
      }
    });
  }
  const gone = revisions.filter((revision) => !found.has(revision));
  if (gone.length > 0) throw expired(gone, exported);
  return revisions.flatMap((revision) => found.get(revision) ?? []);
}

/** Undefined where the payloads do not hold all that is wanted, or are gone. */
async function ofPayloads(
  store: OpenDatasets['datasets'],
  revision: CurrentRevision,
  exported: Exported,
  signal: AbortSignal,
): Promise<OpenedWindow | undefined> {
  const { parts } = revision;
  if (!parts || revision.expired || exported === 'raw' || exported === 'rollup') return undefined;
  const { summary, report } = await payloadHead(store, parts, signal);
  if (exported === 'kept' && summary.isSample) return undefined;
  return {
    revision,
    metrics: report.metrics,
    open: (opened, aborted) => Promise.resolve(openDeliveredExport(opened, parts, aborted)),
  };
}

function ofRun(revision: CurrentRevision, result: AggregateResult, exported: Exported): OpenedWindow {
  return {
    revision,
    metrics: metricsIn(result),
    open: (store, signal) => openRun(store, result, exported, signal),
  };
}

/** Of the newest run that read the same content and that Temporal still has. */
async function resultOf(
  client: JourneyMetricsClient,
  { runs }: CurrentRevision,
  signal: AbortSignal,
): Promise<AggregateResult | undefined> {
  for (const { workflowId, runId } of runs) {
    try {
      const result = await client.run(workflowId, runId).result({ signal });
      if (result.dataset) return result;
    } catch (error) {
      if (!(error instanceof JourneyMetricsError) || error.type === 'TemporalUnavailable') throw error;
    }
  }
  return undefined;
}

function expired(gone: readonly CurrentRevision[], exported: Exported): JourneyMetricsError {
  const labels = gone.map(({ window }) => window.label);
  const named = labels.length > 10 ? [...labels.slice(0, 10), `${labels.length - 10} more`] : labels;
  const advice =
    exported === 'delivered' ? '' : '; --delivered writes the rows that were sent, where they are kept longer';
  return new JourneyMetricsError(
    'DatasetExpired',
    `the rows of ${named.join(', ')} are gone, and nothing was written: narrow --from and --to${advice}`,
  );
}
