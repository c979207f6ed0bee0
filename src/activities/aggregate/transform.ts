import { createBuckets } from '../../calendar/buckets.js';
import type { DerivedFacts } from '../../contract/result/derived.js';
import type { QualityWarning } from '../../contract/result/result.js';
import type { DatasetRef, DerivedRef, TransformOutput } from '../../contract/result/dataset.js';
import type { PlannedSource, RunPlan } from '../../contract/run.js';
import { cancellation, reportProgress } from '../interceptor.js';
import type { DatasetStore, Directory, RowPipeline } from '../../ports/index.js';
import { countRecords } from '../delivery/record-table.js';
import { recordsOfRun } from './run-records.js';

export interface TransformActivityInput {
  readonly plan: RunPlan;
  readonly dataset: DerivedRef;
}

interface Deps {
  readonly pipeline: RowPipeline;
  readonly directory: Directory;
  readonly datasets: DatasetStore;
}

/** Checks and cleans all rows of a dataset, by reference: reference in, reference and numbers out. */
export function transform(deps: Deps) {
  return async ({ plan, dataset: { facts, made, ...dataset } }: TransformActivityInput): Promise<TransformOutput> => {
    const { runKey, source, query, window, partLimits } = plan;
    const processing = { ...plan.processing, maxRows: plan.maxRows ?? plan.processing.maxRows };
    const buckets = createBuckets({ window, timeGroupBy: query.timeGroupBy });
    const { metric: metrics, dimension: dimensions } = query;
    const { dateKey, aggregates } = source;
    const asked = { runKey, dateKey, aggregates, metrics, dimensions, processing, partLimits, buckets };
    const input = { ...asked, dataset, ...(made && { made }) };
    const output = await deps.pipeline.transform(input, cancellation(), (rows) => {
      reportProgress({ rows });
    });
    const said = [...caveats(source, dataset.rows), ...(facts ? reconciliationWarnings(facts) : [])];
    const quality = { ...output.quality, warnings: [...output.quality.warnings, ...said] };
    const counted = made && (await recordsCounted(deps, plan, made.dataset));
    return { ...output, ...counted, quality, ...(facts && { journeys: facts }) };
  };
}

/** What the source says of all its rows, where there are any. */
function caveats({ caveat }: PlannedSource, rows: number): readonly QualityWarning[] {
  return caveat === undefined || rows === 0 ? [] : [{ kind: 'caveat', count: rows, message: caveat }];
}

/** Where journeys or contacts are delivered in place of rows, they decide whether there is anything new. */
async function recordsCounted(
  deps: Deps,
  { grain, org, source, window }: RunPlan,
  dataset: DatasetRef,
): Promise<Pick<TransformOutput, 'contentHash' | 'rowHash' | 'rows'> | undefined> {
  if (grain === undefined) return undefined;
  const records = recordsOfRun(deps, grain, { org, source: source.name, dataset, window }, cancellation());
  if (records === undefined) return undefined;
  const { rows, contentHash } = await countRecords(records);
  return { contentHash, rowHash: contentHash, rows: { returned: rows, kept: rows, delivered: rows } };
}

/** Beyond the tolerance, what nothing explains is a defect of the data. */
function reconciliationWarnings({ reconciliation }: DerivedFacts): readonly QualityWarning[] {
  if (reconciliation?.state !== 'reconciled' || !reconciliation.beyondTolerance) return [];
  const { unexplained, offered } = reconciliation;
  const count = Math.abs(unexplained);
  const message = `${count} of ${offered} contacts that CXone offered are not explained by the journeys`;
  return [{ kind: 'reconciliation-off', count, message }];
}
