import { workflowInfo } from '@temporalio/workflow';
import type { DatasetRef, DerivedRef, TransformOutput } from '../../contract/result/dataset.js';
import type { Progress } from '../../contract/result/progress.js';
import type { RunPlan } from '../../contract/run.js';
import type { DeliveryState } from './delivery-end.js';
import { SOURCE_AT_START, type SourceState } from './source-state.js';

/** All that a run knows, as plain JSON: what continue-as-new carries. Each step is done once and its answer kept here. */
export interface RunState {
  readonly startedAtMs: number;
  readonly source: SourceState;
  /** One a delivery of the plan, once they have begun. */
  readonly deliveries: DeliveryState[];
  /** Workflow time at which delivery began: the payload's `timestamp`, on every attempt. */
  deliveryAt?: string;
  plan?: RunPlan;
  /** The pages as they were read. */
  dataset?: DatasetRef;
  /** The rows made of them, where the source derives them. */
  rows?: DerivedRef;
  output?: TransformOutput;
  /** Of each further delivery, as it selects the rows. */
  furtherOutputs?: readonly TransformOutput[];
  progress?: Progress;
}

export function freshState(): RunState {
  const source = { ...SOURCE_AT_START };
  return { startedAtMs: workflowInfo().startTime.getTime(), source, deliveries: [] };
}

/** Once the rows are there nobody asks the query's filter again, and it may be as large as a payload should be. */
export function leaner(state: RunState): RunState {
  const { plan, output } = state;
  if (plan === undefined || output === undefined) return state;
  return { ...state, plan: { ...plan, query: { ...plan.query, filter: {} } } };
}
