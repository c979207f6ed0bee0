import { CancellationScope, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import type { WriteAuditInput } from '../../activities/aggregate/write-audit.js';
import type { DeliveryReport, EndedDelivery, RunOutcome } from '../../contract/result/result.js';
import { RUN_OUTCOME } from '../../contract/search-attributes.js';
import type { TransformOutput } from '../../contract/result/dataset.js';
import type { TypedFailure } from '../typed-failure.js';
import { AUDIT } from '../profiles.js';
import { requesterOf } from '../requester.js';
import { step } from './run.js';
import type { RunState } from './run-state.js';

export interface RunEnd {
  readonly outcome: RunOutcome;
  readonly delivery?: DeliveryReport;
  readonly deliveries?: readonly EndedDelivery[];
  readonly failure?: TypedFailure;
}

/** Writes the entry of an aggregation that ends, from whatever it got to know. */
export async function auditRun(state: RunState, end: RunEnd): Promise<void> {
  const off = state.output?.quality.warnings.find(({ kind }) => kind === 'reconciliation-off');
  await writeEntry(end.outcome, entryOf(state, end), off?.message);
}

/** Writes the entry of one of several deliveries, when it has ended; the run itself may go on. */
export function auditDelivery(state: RunState, ended: EndedDelivery, output?: TransformOutput): Promise<void> {
  const { destination, outcome, rows, superseded, warnings, ...delivery } = ended;
  const entry = entryOf({ ...state, ...(output && { output }) }, { outcome, delivery, deliveries: [ended] });
  return appendEntry({ ...entry, kind: 'delivery' }, { deliveryId: ended.deliveryId });
}

function entryOf({ plan, source, dataset, output, startedAtMs }: RunState, end: RunEnd): WriteAuditInput['entry'] {
  return {
    timestamp: new Date().toISOString(),
    queryId: dataset?.queryId ?? null,
    latency_ms: Date.now() - startedAtMs,
    accuracy_rate: output?.accuracyRate ?? null,
    rows_processed: output?.rows.delivered ?? 0,
    status: end.outcome,
    kind: 'run',
    org: plan?.org ?? null,
    ...(source.credential !== undefined && { credential: source.credential }),
    requester: plan?.requester ?? requesterOf(),
    queryHash: plan?.queryHash ?? null,
    series: plan?.series ?? null,
    report: plan?.report ?? null,
    window: plan?.window ?? null,
    rows: output?.rows ?? null,
    ...(output?.journeys && { reading: output.journeys.state }),
    delivery: end.delivery ?? null,
    ...(end.deliveries && { deliveries: end.deliveries }),
    failureType: end.failure?.type ?? null,
    failureMessage: end.failure?.message.slice(0, 1_000) ?? null,
  };
}

/** Writes the entry of what is no run (a backfill, upkeep) and was refused at its start. */
export function auditRefusal(startedAtMs: number, { type, message }: TypedFailure): Promise<void> {
  return appendEntry({
    timestamp: new Date().toISOString(),
    queryId: null,
    latency_ms: Date.now() - startedAtMs,
    accuracy_rate: null,
    rows_processed: 0,
    status: 'failed',
    kind: 'refused',
    org: null,
    requester: requesterOf(),
    queryHash: null,
    series: null,
    report: null,
    window: null,
    rows: null,
    delivery: null,
    failureType: type,
    failureMessage: message.slice(0, 1_000),
  });
}

/** In a scope that a cancellation does not reach: a cancelled run is audited like any other. */
export async function writeEntry(
  outcome: RunOutcome,
  entry: WriteAuditInput['entry'],
  unexplained?: string,
): Promise<void> {
  await appendEntry(entry, unexplained === undefined ? {} : { unexplained });
  upsertSearchAttributes([{ key: RUN_OUTCOME, value: outcome }]);
}

function appendEntry(
  entry: WriteAuditInput['entry'],
  more: Pick<WriteAuditInput, 'deliveryId' | 'unexplained'> = {},
): Promise<void> {
  const { workflowId, firstExecutionRunId } = workflowInfo();
  return CancellationScope.nonCancellable(async () => {
    const input = { identity: { workflowId, firstExecutionRunId }, entry, ...more };
    await step(AUDIT, `audit: ${entry.status}`).writeAudit(input);
  });
}
