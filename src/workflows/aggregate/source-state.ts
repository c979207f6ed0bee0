import { CancellationScope } from '@temporalio/workflow';
import type { RunPlan } from '../../contract/run.js';
import type { RequestedKeys } from '../../domain/row-verification.js';
import { ABORT } from '../profiles.js';
import { step } from './run.js';

/** Where a run stands with the source; carried through continue-as-new. Times are milliseconds of workflow time. */
export interface SourceState {
  deadlineAtMs?: number;
  tokenRefreshAtMs?: number;
  /** Fingerprint of the credentials of the last token. */
  credential?: string;
  submission?: { readonly ticket: string; readonly queryId: string | null; readonly atMs: number };
  /** A submission is under way, or its answer was never heard. */
  submitting?: boolean;
  /** Since when the first turn to submit is waited for; done with, once it has come. */
  turn?: { readonly sinceMs: number } | 'had';
  /** What was heard of the query last: whether it ran. */
  seenRunning?: boolean;
  /** 1, 2, 3: a query that is gone is submitted again. */
  generation: number;
  /** Results that could not be trusted so far: each next reading starts from nothing. */
  defects: number;
  /** The first page is stored: fetch the others. */
  collecting: boolean;
}

export const SOURCE_AT_START: SourceState = { generation: 1, defects: 0, collecting: false };

/** Names the source of the run to an activity. */
export function placeOf({ org, source }: RunPlan): { readonly org: string; readonly source: string } {
  return { org, source: source.name };
}

/** The keys that rows of the run should have. */
export function keysOf({ source, query }: RunPlan): RequestedKeys {
  return { dateKey: source.dateKey, metrics: query.metric, dimensions: query.dimension };
}

/** Ends what may run upstream for a run that ends without its result. Whether that succeeds changes nothing for the run. */
export async function abortQuery(plan: RunPlan, source: SourceState): Promise<void> {
  const { submission, submitting, turn, generation } = source;
  const isAsked = submission !== undefined || submitting === true;
  const hasTurn = plan.source.gated && (isAsked || turn !== undefined);
  if (!hasTurn && !(plan.source.aborts && isAsked)) return;
  const known = submission === undefined ? {} : { ticket: submission.ticket };
  const input = { ...placeOf(plan), runKey: plan.runKey, generation, ...known };
  await CancellationScope.nonCancellable(() => step(ABORT, 'abort the query').abortQuery(input)).catch(() => undefined);
}
