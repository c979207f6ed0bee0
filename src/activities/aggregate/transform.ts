import { activityInfo } from '@temporalio/activity';
import { createBuckets } from '../../calendar/buckets.js';
import type { DerivedFacts } from '../../contract/result/derived.js';
import type { QualityWarning } from '../../contract/result/result.js';
import type { DatasetRef, DerivedRef, TransformOutput } from '../../contract/result/dataset.js';
import type { PlannedSource, RunPlan } from '../../contract/run.js';
import { cancellation, reportProgress } from '../interceptor.js';
import {
  remembered,
  schemaChanges,
  schemaWarnings,
  type FoundShape,
  type SchemaChange,
} from '../../domain/schema-memory.js';
import type { DatasetStore, Directory, NewAlert, RowPipeline, RowShapes } from '../../ports/index.js';
import { failure } from '../failures.js';
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
  readonly shapes: RowShapes;
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
    const { shape, ...output } = await deps.pipeline.transform(input, cancellation(), (rows) => {
      reportProgress({ rows });
    });
    const changes = source.derives ? [] : await changesOfSchema(deps.shapes, plan, shape);
    const said = [...changes, ...caveats(source, dataset.rows), ...(facts ? reconciliationWarnings(facts) : [])];
    const quality = { ...output.quality, warnings: [...output.quality.warnings, ...said] };
    const counted = made && (await recordsCounted(deps, plan, made.dataset));
    return { ...output, ...counted, quality, ...(facts && { journeys: facts }) };
  };
}

/** Rows that pass through look as the source likes: what is new in them is told, or fails the run. */
async function changesOfSchema(
  shapes: RowShapes,
  plan: RunPlan,
  found: FoundShape,
): Promise<readonly QualityWarning[]> {
  const { org, series, runKey, window, contract } = plan;
  const key = { org, series, runKey, windowTo: window.to };
  const known = await shapes.recall(key, cancellation());
  const changes = known === null ? [] : schemaChanges(known, found);
  const alert = changes.length === 0 ? null : alertOf(plan, changes);
  const isRefused = contract === 'freeze' && changes.length > 0;
  if (found.rows > 0) {
    await shapes.remember(key, isRefused ? null : remembered(known, found), alert, cancellation());
  }
  if (isRefused) throw failure('SchemaChanged', `the rows have changed: ${sentenceOf(changes)}`);
  return schemaWarnings(changes).slice(0, CHANGES_MOST);
}

function sentenceOf(changes: readonly SchemaChange[]): string {
  const said = changes.slice(0, CHANGES_SAID).map(({ message }) => message);
  const rest = changes.length > said.length ? [`and ${changes.length - said.length} more`] : [];
  return [...said, ...rest].join('; ');
}

function alertOf({ org, series, runKey, report, window }: RunPlan, changes: readonly SchemaChange[]): NewAlert {
  const { workflowId } = activityInfo().workflowExecution ?? {};
  return {
    event: 'schema.changed',
    key: [runKey],
    org,
    what: `The rows of ${report.name ?? report.reportType} of ${org} for ${window.label} have changed: ${sentenceOf(changes)}`,
    about: { ...(workflowId !== undefined && { workflowId }), series, source: report.source, window },
    fold: [org, series],
  };
}

/** Of a failure, and of a result, which has to stay small. */
const CHANGES_SAID = 5;
const CHANGES_MOST = 20;

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
