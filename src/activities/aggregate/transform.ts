import { createBuckets } from '../../calendar/buckets.js';
import type { DerivedRef, TransformOutput } from '../../contract/result/dataset.js';
import type { RunPlan } from '../../contract/run.js';
import { cancellation, reportProgress } from '../interceptor.js';
import type { RowPipeline } from '../../ports/index.js';

export interface TransformActivityInput {
  readonly plan: RunPlan;
  readonly dataset: DerivedRef;
}

/** Checks and cleans all rows of a dataset, by reference: reference in, reference and numbers out. */
export function transform(deps: { pipeline: RowPipeline }) {
  return async ({ plan, dataset: { facts, ...dataset } }: TransformActivityInput): Promise<TransformOutput> => {
    const { runKey, source, query, window, processing, partLimits } = plan;
    const buckets = createBuckets({ window, timeGroupBy: query.timeGroupBy });
    const { metric: metrics, dimension: dimensions } = query;
    const { dateKey, aggregates, caveat } = source;
    const input = { runKey, dataset, dateKey, aggregates, caveat, metrics, dimensions, processing, partLimits, buckets };
    const output = await deps.pipeline.transform(input, cancellation(), (rows) => {
      reportProgress({ rows });
    });
    return { ...output, ...(facts && { journeys: facts }) };
  };
}
