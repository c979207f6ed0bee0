import { AGGREGATE_WORKFLOW, BACKFILL_WORKFLOW } from '../../src/contract/values/names.js';
import type { Change } from '../support/workflow/changed-workflows.js';
import type { HistoryEvent } from '../support/workflow/history-chain.js';

/** A change of what the workflows do, and the histories that it breaks. */
interface BreakingChange {
  readonly change: Change;
  readonly concerns: (events: readonly HistoryEvent[]) => boolean;
}

const indexOf = (events: readonly HistoryEvent[], activity: string): number =>
  events.findIndex((event) => event.activityTaskScheduledEventAttributes?.activityType.name === activity);

const calls =
  (activity: string) =>
  (events: readonly HistoryEvent[]): boolean =>
    indexOf(events, activity) >= 0;

const isEvent =
  (type: string) =>
  ({ eventType }: HistoryEvent): boolean =>
    eventType === type;

const isOf =
  (workflow: string) =>
  ([started]: readonly HistoryEvent[]): boolean =>
    started?.workflowExecutionStartedEventAttributes?.workflowType.name === workflow;

const isBackfill = isOf(BACKFILL_WORKFLOW);

const continues = (events: readonly HistoryEvent[]): boolean =>
  events.some(isEvent('EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW'));

/** As somebody might make them without thinking of the runs that are under way. */
export const CHANGES: Readonly<Record<string, BreakingChange>> = {
  'another order: the query before the token': {
    change: {
      file: 'collect-result.ts',
      from: 'await authorise(collecting);\n    if (source.submission === undefined) {\n      await submit(collecting);',
      to: 'if (source.submission === undefined) {\n      await submit(collecting);\n      await authorise(collecting);',
    },
    concerns: calls('fetchToken'),
  },
  'a step that is left out': {
    change: {
      file: 'aggregate-journey-metrics.ts',
      from: 'await transformed(run, plan, rows)',
      to: 'await undefined',
    },
    concerns: calls('transform'),
  },
  'a step that is new': {
    change: {
      file: 'audit-run.ts',
      from: '  return CancellationScope.nonCancellable(async () => {',
      to: `  return CancellationScope.nonCancellable(async () => {\n    await step(AUDIT, 'check').reconcileRuns();`,
    },
    concerns: calls('writeAudit'),
  },
  'an activity of another name': {
    change: { file: 'deliver.ts', from: '.syncWebhook({', to: '.sendWebhook({' },
    concerns: calls('syncWebhook'),
  },
  'a timer that is gone': {
    change: {
      file: 'run.ts',
      from: 'await condition(() => (wakeable && woken) || unless(), ms, { summary: reason });',
      to: '',
    },
    concerns: (events) => events.some(isEvent('EVENT_TYPE_TIMER_STARTED')),
  },
  'a new wait before the first step': {
    change: {
      file: 'aggregate-journey-metrics.ts',
      from: 'const plan = (state.plan ??=',
      to: `await run.wait({ ms: 1_000, reason: 'new' });\n    const plan = (state.plan ??=`,
    },
    concerns: isOf(AGGREGATE_WORKFLOW),
  },
  'an execution that no longer continues as new': {
    change: {
      file: 'run.ts',
      from: 'workflowInfo().continueAsNewSuggested && !CancellationScope.current().consideredCancelled',
      to: 'workflowInfo().continueAsNewSuggested && CancellationScope.current().consideredCancelled',
    },
    concerns: (events) => continues(events) && !isBackfill(events),
  },
  'a wait before a backfill is planned': {
    change: {
      file: 'backfill-journey-metrics.ts',
      from: 'const plan = await planned(backfill);',
      to: 'await condition(() => false, 1_000);\n    const plan = await planned(backfill);',
    },
    concerns: isBackfill,
  },
  'slices under other ids': {
    change: { file: 'run-slice.ts', from: "readableId('journey'", to: "readableId('backfill'" },
    concerns: (events) => events.some(isEvent('EVENT_TYPE_START_CHILD_WORKFLOW_EXECUTION_INITIATED')),
  },
  'halves that wait until all else has run': {
    change: { file: 'slice-queue.ts', from: 'halves.unshift(...both)', to: 'planned.push(...both)' },
    concerns: calls('halveSlice'),
  },
  'a backfill that no longer continues as new': {
    change: { file: 'backfill-journey-metrics.ts', from: 'return await onward(backfill);', to: 'void onward;' },
    concerns: (events) => continues(events) && isBackfill(events),
  },
};

/** Timers are matched by their place, not by their length: this one is safe. */
export const UNSEEN_CHANGE: Change = {
  file: 'run.ts',
  from: 'await condition(() => (wakeable && woken) || unless(), ms, { summary: reason });',
  to: 'await condition(() => (wakeable && woken) || unless(), ms * 2, { summary: reason });',
};
