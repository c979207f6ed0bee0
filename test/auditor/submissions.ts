import type { Evidence } from './evidence.js';
import type { SourceEntry } from './journals.js';
import type { Run, Submission } from './records.js';
import { grouped } from './verdict.js';

/** One generation of a run's submission, and every time that it reached the source. */
export interface SubmissionTrace extends Submission {
  /** In order. Each was sent under this submission's idempotency key. */
  readonly sent: readonly SourceEntry[];
}

/** Joins journal and records: by idempotency key to a submission, by run key to a run. */
export function submissionTraces(evidence: Evidence): ReadonlyMap<Run, readonly SubmissionTrace[]> {
  const sent = grouped(submits(evidence), ({ idempotencyKey }) => idempotencyKey);
  const traces = evidence.submissions.map((one) => ({ ...one, sent: sent.get(one.idempotencyKey) ?? [] }));
  const byRunKey = grouped(traces, ({ runKey }) => runKey);
  const runKeys = new Map(evidence.runRecords.map((record) => [identity(record), record.runKey]));
  return new Map(evidence.runs.map((run) => [run, byRunKey.get(runKeys.get(identity(run)) ?? '') ?? []]));
}

export function submits({ source }: Evidence): readonly SourceEntry[] {
  return source.filter(({ operation }) => operation === 'submit');
}

/** The submissions that created a query each. */
export function created(sent: readonly SourceEntry[]): readonly SourceEntry[] {
  return sent.filter(({ effect }) => effect);
}

function identity({ workflowId, runId }: { workflowId: string; runId: string }): string {
  return `${workflowId} ${runId}`;
}
