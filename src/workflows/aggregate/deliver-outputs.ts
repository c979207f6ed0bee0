import { workflowInfo } from '@temporalio/workflow';
import type { DerivedRef, TransformOutput } from '../../contract/result/dataset.js';
import type { AggregateResult } from '../../contract/result/result.js';
import { deliveryPlans, type RunPlan } from '../../contract/run.js';
import { TRANSFER } from '../profiles.js';
import { auditDelivery } from './audit-run.js';
import { deliverAll } from './deliver.js';
import type { Delivered, DeliveryTarget } from './delivery-end.js';
import { step, type Run } from './run.js';
import type { RunState } from './run-state.js';

/** Checks and cleans the rows, and selects those of one delivery. */
export async function transformed(run: Run, plan: RunPlan, dataset: DerivedRef): Promise<TransformOutput> {
  run.report({ phase: 'transforming' });
  const { further: _others, ...own } = plan;
  return step(TRANSFER, `transform ${dataset.rows} rows`).transform({ plan: own, dataset });
}

/** Delivers the rows to each destination, as it selects them. One that is down holds up no other. */
export async function deliverOutputs(run: Run, state: RunState, plan: RunPlan, rows: DerivedRef): Promise<Delivered> {
  const outputs = await outputsOf(run, state, plan, rows);
  const timestamp = (state.deliveryAt ??= new Date().toISOString());
  const targets = deliveryPlans(plan).flatMap((each, index) => {
    const output = outputs[index];
    return output ? [targetOf(each, output, rows.queryId, timestamp)] : [];
  });
  const isOne = targets.length === 1;
  return deliverAll(run, targets, state.deliveries, (ended, index) =>
    // A single delivery ends with its run, whose entry says it all.
    isOne ? Promise.resolve() : auditDelivery(state, ended, outputs[index]),
  );
}

/** Destinations that take the same selection share it. */
async function outputsOf(
  run: Run,
  state: RunState,
  plan: RunPlan,
  rows: DerivedRef,
): Promise<readonly TransformOutput[]> {
  const plans = deliveryPlans(plan);
  const known = new Map<string, TransformOutput>();
  if (state.output) known.set(selectionOf(plan), state.output);
  if (state.furtherOutputs === undefined) {
    const further: TransformOutput[] = [];
    for (const each of plans.slice(1)) {
      const output = known.get(selectionOf(each)) ?? (await transformed(run, each, rows));
      known.set(selectionOf(each), output);
      further.push(output);
    }
    if (further.length > 0) state.furtherOutputs = further;
  }
  return [...(state.output ? [state.output] : []), ...(state.furtherOutputs ?? [])];
}

function selectionOf({ partLimits, maxRows, grain }: RunPlan): string {
  return JSON.stringify([partLimits.maxRows, partLimits.maxBytes, maxRows ?? null, grain ?? null]);
}

function targetOf(plan: RunPlan, output: TransformOutput, queryId: string, timestamp: string): DeliveryTarget {
  const { workflowId } = workflowInfo();
  // Every attempt's input is in history, and the payload's rollup is read from the dataset.
  const { rollup, ...delivered } = output;
  const { runKey, org, destination, window, deliveryId, series, report, processing, attempts, grain } = plan;
  const compare = processing.compare === 'row' ? { compare: processing.compare } : {};
  const target = {
    org,
    destination,
    window,
    deliveryId,
    series,
    report,
    ...compare,
    ...(grain && { grain }),
  };
  const subject = { kind: 'content', plan: target, output: delivered, queryId, timestamp, workflowId } as const;
  return { runKey, deliveryId, destination, attempts, subject, rows: output.rows.delivered };
}

/** What the run returns: the rows as they were selected for the first destination, and every delivery. */
export function resultOf(
  { startedAtMs, dataset }: RunState,
  { window, series, report }: RunPlan,
  output: TransformOutput,
  { outcome, delivery, deliveries }: Delivered,
): AggregateResult {
  const { workflowId, firstExecutionRunId: runId } = workflowInfo();
  const { rows, completeness, outliers, sampling, quality, rollup, journeys, accuracyRate } = output;
  const warnings = deliveries.flatMap((each) => each.warnings ?? []);
  return {
    workflowId,
    runId,
    outcome,
    queryId: dataset?.queryId ?? '',
    series,
    report,
    window,
    rows,
    completeness,
    outliers,
    sampling,
    quality: warnings.length === 0 ? quality : { ...quality, warnings: [...quality.warnings, ...warnings] },
    ...(rollup && { summary: { rollup } }),
    ...(journeys && { journeys }),
    dataset: output.manifest,
    delivery,
    deliveries,
    latencyMs: Date.now() - startedAtMs,
    accuracyRate,
  };
}
