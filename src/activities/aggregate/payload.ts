import type { TransformOutput } from '../../contract/result/dataset.js';
import type { Payload } from '../../contract/result/payload.js';
import type { Rollup } from '../../contract/result/rollup.js';
import type { RunPlan } from '../../contract/run.js';

/** What a delivery needs of a run's plan. The query stays behind: its filter may be as large as a payload should be. */
export type DeliveryPlan = Pick<RunPlan, 'org' | 'destination' | 'window' | 'deliveryId'>;

export interface PayloadSubject {
  readonly plan: DeliveryPlan;
  /** Without the rollup, which is read where the payload is made: it would be in history with every attempt. */
  readonly output: Omit<TransformOutput, 'rollup'>;
  readonly queryId: string;
  /** Workflow time, ISO 8601 in UTC: the same on every attempt. */
  readonly timestamp: string;
}

/**
 * The bytes of one part. The seed's keys are `timestamp`, `queryId`, `metrics` (the rows) and `summary`.
 * The rows' own bytes are copied, so that no number is rounded on its way.
 * @param rows pieces of the text of a JSON array
 * @param rollup the same in every part
 */
export function payloadBytes(
  subject: PayloadSubject,
  revision: number,
  part: number,
  rows: readonly Uint8Array[],
  rollup: Rollup | undefined,
): Uint8Array {
  const { plan, output, queryId, timestamp } = subject;
  const { org, window, deliveryId } = plan;
  const { completeness, quality, outliers, sampling } = output;
  const head = {
    schemaVersion: 1,
    deliveryId,
    revision,
    ...(revision > 1 && { supersedes: revision - 1 }),
    part: { index: part, count: output.parts },
    timestamp,
    org,
    queryId,
    window,
    summary: {
      total: output.rows.returned,
      sampled: output.rows.delivered,
      kept: output.rows.kept,
      isSample: sampling.sampled,
      ...(rollup && { rollup }),
    },
    sampling,
    completeness,
    quality: { ...quality, outliers },
  } satisfies Omit<Payload, 'metrics'>;
  const text = JSON.stringify(head);
  return Buffer.concat([Buffer.from(`${text.slice(0, -1)},"metrics":`), ...rows, Buffer.from('}')]);
}
