import type { ConstantColumn, SeenRevision } from '../../ports/index.js';

/** What there is to say of a window at a destination: one row, also where the window has none. */
export function windowColumns(revision: SeenRevision, rows = revision.rows): readonly ConstantColumn[] {
  const { deliveryId, org, report, series, window, runKey, claimedAt, readAt, complete, final } = revision;
  const text = (name: string, value: string): ConstantColumn => ({ name, type: 'text', value });
  const instant = (name: string, value: string): ConstantColumn => ({
    name,
    type: 'instant',
    value: Date.parse(value),
  });
  return [
    text('_delivery_id', deliveryId),
    text('_org', org),
    text('_source', report.source),
    text('_series', series),
    instant('_window_from', window.from),
    instant('_window_to', window.to),
    text('_time_zone', window.timeZone),
    { name: '_revision', type: 'integer', value: revision.revision },
    { name: '_rows', type: 'integer', value: rows },
    { name: '_complete', type: 'boolean', value: complete },
    { name: '_final', type: 'boolean', value: final },
    text('_run_key', runKey),
    instant('_delivered_at', claimedAt),
    instant('_read_at', readAt),
  ];
}
