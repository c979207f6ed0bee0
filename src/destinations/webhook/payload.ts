import type { Payload } from '../../contract/result/payload.js';
import type { PartHeader } from '../../ports/index.js';

/**
 * The bytes of one part. The seed's keys are `timestamp`, `queryId`, `metrics` (the rows) and `summary`.
 * The rows' own bytes are copied, so that no number is rounded on its way.
 * @param rows pieces of the text of a JSON array
 */
export function payloadBytes(header: PartHeader, rows: readonly Uint8Array[]): Uint8Array {
  const { deliveryId, revision, part, parts, timestamp, org, queryId, series, report, window } = header;
  const { completeness, quality, outliers, sampling, rollup, journeys } = header;
  const head = {
    schemaVersion: 1,
    deliveryId,
    revision,
    ...(revision > 1 && { supersedes: revision - 1 }),
    part: { index: part, count: parts },
    timestamp,
    org,
    queryId,
    series,
    report,
    window,
    summary: {
      total: header.rows.returned,
      sampled: header.rows.delivered,
      kept: header.rows.kept,
      isSample: sampling.sampled,
      ...(rollup && { rollup }),
    },
    ...(journeys && { journeys }),
    sampling,
    completeness,
    quality: { ...quality, outliers },
  } satisfies Omit<Payload, 'metrics'>;
  return Buffer.concat([Buffer.from(`${JSON.stringify(head).slice(0, -1)},"metrics":`), ...rows, Buffer.from('}')]);
}
