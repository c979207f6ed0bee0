import type { PartHeader } from '../../ports/index.js';

const PAYLOAD_SCHEMA_VERSION = 1;

/**
 * The bytes of one part. The seed's keys are `timestamp`, `queryId`, `metrics` (the rows) and `summary`.
 * The rows' own bytes are copied, so that no number is rounded on its way.
 * @param rows pieces of the text of a JSON array
 */
export function payloadBytes(header: PartHeader, rows: readonly Uint8Array[]): Uint8Array {
  const { deliveryId, revision, part, parts, timestamp, org, queryId, window } = header;
  const { completeness, quality, outliers, sampling, rollup } = header;
  const head = JSON.stringify({
    schemaVersion: PAYLOAD_SCHEMA_VERSION,
    deliveryId,
    revision,
    ...(revision > 1 && { supersedes: revision - 1 }),
    part: { index: part, count: parts },
    timestamp,
    org,
    queryId,
    window,
    summary: {
      total: header.rows.returned,
      sampled: header.rows.delivered,
      kept: header.rows.kept,
      isSample: sampling.sampled,
      rollup,
    },
    sampling,
    completeness,
    quality: { ...quality, outliers },
  });
  return Buffer.concat([Buffer.from(`${head.slice(0, -1)},"metrics":`), ...rows, Buffer.from('}')]);
}
