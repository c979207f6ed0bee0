import type { RowBatch, RowExport } from '../../datasets/read/export-rows.js';
import { rowsWith } from '../../datasets/read/row-shapes.js';
import type { CurrentRevision } from '../../records/ledger/current-revisions.js';

/** Says of which delivery, revision and window a row is; the same names as in tables that hold many windows. */
function identityOf(revision: CurrentRevision): Readonly<Record<string, string | number | null>> {
  const { deliveryId, org, destination, series, window, deliveredAt, report } = revision;
  return {
    _delivery_id: deliveryId,
    _revision: revision.revision,
    _org: org,
    _destination: destination,
    _series: series,
    _window_from: window.from,
    _window_to: window.to,
    _time_zone: window.timeZone,
    _delivered_at: deliveredAt,
    // Of a source that has one: rows of two definitions are never of one series.
    ...(report?.definition !== undefined && { _source: report.source, _definition: report.definition }),
  };
}

/** The same rows, each with the columns of {@link identityOf} at its end. */
export function withIdentity(
  source: Pick<RowExport, 'batches'>,
  revision: CurrentRevision,
): Pick<RowExport, 'batches'> {
  const fields = Buffer.from(JSON.stringify(identityOf(revision)).slice(1, -1));
  return {
    async *batches(): AsyncGenerator<RowBatch> {
      for await (const batch of source.batches()) yield rowsWith(batch, fields);
    },
  };
}
