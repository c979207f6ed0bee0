import type { z } from 'zod';

interface Named {
  readonly query: { readonly metric: readonly string[]; readonly dimension: readonly string[] };
  readonly processing: {
    readonly weightMetric?: string | undefined;
    readonly rollup?: 'on' | 'off' | undefined;
    readonly outlierMetrics?: readonly string[] | undefined;
  };
}

/** Metrics named beside the query must be the query's own, and no field of a row is both metric and dimension. */
export function checkMetrics({ query, processing }: Named, context: z.RefinementCtx): void {
  const { weightMetric, rollup, outlierMetrics = [] } = processing;
  const refuse = (path: (string | number)[], message: string): void => {
    context.addIssue({ code: 'custom', path, message });
  };
  if (weightMetric !== undefined && rollup === 'off') {
    refuse(['processing', 'weightMetric'], 'has no effect: rollup is off');
  } else if (weightMetric !== undefined && !query.metric.includes(weightMetric)) {
    refuse(['processing', 'weightMetric'], `"${weightMetric}" is not one of query.metric`);
  }
  for (const [index, metric] of outlierMetrics.entries()) {
    if (query.metric.includes(metric)) continue;
    refuse(['processing', 'outlierMetrics', index], `"${metric}" is not one of query.metric`);
  }
  for (const [index, dimension] of query.dimension.entries()) {
    if (!query.metric.includes(dimension)) continue;
    refuse(['query', 'dimension', index], `"${dimension}" is one of query.metric, too: name it in one of the two`);
  }
}
