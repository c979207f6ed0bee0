import type { Priority } from '@temporalio/common';
import { upsertMemo, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import { ASKED_MEMO, REQUESTER_MEMO } from '../contract/values/names.js';
import type { TransformOutput } from '../contract/result/dataset.js';
import type { AskedMemo, Findings } from '../contract/result/run-description.js';
import type { TurnPriority } from '../contract/turn.js';
import type { RunPlan } from '../contract/run.js';
import { CXONE_ORG, JOURNEY_WINDOW_START, SCHEDULED_BY, SCHEDULED_START } from '../contract/search-attributes.js';

/** Of what a memo says, in characters: anybody may write one, and each audit entry holds it. */
const REQUESTER_MOST = 256;

/** Who asked: what a client says, else the schedule. Ends up in the audit entry. */
export function requesterOf(): string {
  const { memo, typedSearchAttributes } = workflowInfo();
  const named = memo?.[REQUESTER_MEMO];
  if (typeof named === 'string')
    return Array.from(named.slice(0, 2 * REQUESTER_MOST))
      .slice(0, REQUESTER_MOST)
      .join('');
  const scheduledBy = typedSearchAttributes.get(SCHEDULED_BY);
  return scheduledBy ? `schedule ${scheduledBy}` : 'unknown';
}

/** Whom a run is for, where runs wait for one another: people first, then schedules, then backfills. */
export function priorityOf(): TurnPriority {
  const { parent, typedSearchAttributes } = workflowInfo();
  if (parent !== undefined) return 3;
  return typedSearchAttributes.get(SCHEDULED_BY) === undefined ? 1 : 2;
}

/** Temporal's own keys for them: 1 is the first, 5 the last, 3 what has none. */
const PRIORITY_KEYS = { 1: 2, 2: 3, 3: 5 } as const satisfies Record<TurnPriority, number>;
/** A server refuses a longer key, and the name of an organisation is no longer. */
const FAIRNESS_KEY = /^[\w-]{1,64}$/;

/** Where tasks wait for a worker: people go first, and organisations take turns. */
export function taskPriority(): Priority {
  const org = workflowInfo().typedSearchAttributes.get(CXONE_ORG) ?? '';
  return { priorityKey: PRIORITY_KEYS[priorityOf()], ...(FAIRNESS_KEY.test(org) && { fairnessKey: org }) };
}

/** The instant that relative windows count from: the nominal time of a schedule, else the start. */
export function anchorMsOf(startedAtMs: number): number {
  return workflowInfo().typedSearchAttributes.get(SCHEDULED_START)?.getTime() ?? startedAtMs;
}

/**
 * Lets lists of runs show organisation and start of the window. Our client and backfills name both at the start, which
 * costs no action; starts from the UI, a schedule or another SDK do not.
 */
export function showOrgAndStart(org: string, windowFrom: string): void {
  const { typedSearchAttributes } = workflowInfo();
  const from = new Date(windowFrom);
  const isNamed =
    typedSearchAttributes.get(CXONE_ORG) === org &&
    typedSearchAttributes.get(JOURNEY_WINDOW_START)?.getTime() === from.getTime();
  if (isNamed) return;
  upsertSearchAttributes([
    { key: CXONE_ORG, value: org },
    { key: JOURNEY_WINDOW_START, value: from },
  ]);
}

/** Lets lists say what a run is about, and what it found: its window, in its own zone, has no search attribute. */
export function showAsked({ window, series, report }: RunPlan, output?: TransformOutput): void {
  const asked: AskedMemo = { window, series, report, ...(output && { findings: findingsOf(output) }) };
  upsertMemo({ [ASKED_MEMO]: asked });
}

function findingsOf({ rows, quality, completeness }: TransformOutput): Findings {
  const { missingCount: missing, expected } = completeness;
  const { returned, delivered } = rows;
  return { returned, delivered, warnings: quality.warnings.length, missing, expected };
}
