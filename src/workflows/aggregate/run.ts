import {
  CancellationScope,
  condition,
  defineQuery,
  defineSignal,
  proxyActivities,
  setCurrentDetails,
  setHandler,
  workflowInfo,
  makeContinueAsNewFunc,
  type Workflow,
} from '@temporalio/workflow';
import type { Activities } from '../../activities/index.js';
import { POLL_NOW_SIGNAL, PROGRESS_QUERY, ORIGIN_MEMO, transfersQueue } from '../../contract/values/names.js';
import type { Profile } from '../profiles.js';
import { taskPriority } from '../requester.js';
import type { Progress } from '../../contract/result/progress.js';

const progressQuery = defineQuery<Progress>(PROGRESS_QUERY);
const pollNowSignal = defineSignal(POLL_NOW_SIGNAL);

/** The activities with a profile, and a summary that the Temporal UI shows beside the event. */
export function step(
  { transfers, ...profile }: Profile,
  summary: string,
): ReturnType<typeof proxyActivities<Activities>> {
  const elsewhere = transfers && { taskQueue: transfersQueue(workflowInfo().taskQueue) };
  return proxyActivities<Activities>({ ...profile, ...elsewhere, summary, priority: taskPriority() });
}

export interface Wait {
  readonly ms: number;
  /** In a few words, for progress and the Temporal UI. */
  readonly reason: string;
  /** Whether `pollNow` ends it. */
  readonly wakeable?: boolean;
  /** Ends it as soon as this holds. */
  readonly unless?: () => boolean;
}

/** A run as it stands: what a person sees of it, and how it waits. */
export interface Run {
  readonly progress: Progress;
  report(change: Partial<Progress>): void;
  /** The source is about to be asked: that answers every `pollNow` so far. */
  asking(): void;
  /** A durable timer. A `pollNow` since the source was last asked ends a wakeable one before it begins. */
  wait(wait: Wait): Promise<void>;
  /** Whether it should continue as new, as soon as nothing is under way. */
  mustContinue(): boolean;
  /** Continues as new when Temporal suggests it: a long run stays cheap to replay. */
  continueIfSuggested(): Promise<void>;
}

const NOTHING_YET: Progress = {
  phase: 'planning',
  polls: 0,
  pages: 0,
  rows: 0,
  deliveryAttempts: 0,
  partsDelivered: 0,
  parts: 0,
};

/**
 * Installs the handlers of `progress` and `pollNow`.
 * @param carried progress of the execution before this one, after continue-as-new
 * @param onward continues as new with the state of the run
 */
export function startRun(carried: Progress | undefined, onward: (progress: Progress) => Promise<never>): Run {
  let progress = carried ?? NOTHING_YET;
  let woken = false;
  if (carried !== undefined) setCurrentDetails(currentDetails(carried));
  setHandler(progressQuery, () => progress);
  setHandler(pollNowSignal, () => {
    woken = true;
  });
  const run: Run = {
    get progress() {
      return progress;
    },
    report(change) {
      progress = { ...progress, ...change };
      setCurrentDetails(currentDetails(progress));
    },
    asking() {
      woken = false;
    },
    async wait({ ms, reason, wakeable = false, unless = () => false }) {
      if ((wakeable && woken) || ms <= 0) return;
      woken = false;
      run.report({ nextAt: new Date(Date.now() + ms).toISOString(), waitingFor: reason });
      await condition(() => (wakeable && woken) || unless(), ms, { summary: reason });
      // Of several waits side by side the last one that began is shown.
      if (progress.waitingFor !== reason) return;
      const { nextAt, waitingFor, ...awake } = progress;
      progress = awake;
    },
    mustContinue: () => workflowInfo().continueAsNewSuggested && !CancellationScope.current().consideredCancelled,
    async continueIfSuggested() {
      if (run.mustContinue()) await onward(progress);
    },
  };
  return run;
}

/** Continues as new. The memo goes on saying who asked, and says what the run began as: to a caller it is one run. */
export function continueRun<F extends Workflow>(startedAtMs: number, ...args: Parameters<F>): Promise<never> {
  const { memo, firstExecutionRunId } = workflowInfo();
  const origin = { runId: firstExecutionRunId, startedAt: new Date(startedAtMs).toISOString() };
  return makeContinueAsNewFunc<F>({ memo: { ...memo, [ORIGIN_MEMO]: origin } })(...args);
}

/** The run in a few lines of Markdown: what the Temporal UI shows above the history. */
function currentDetails(progress: Progress): string {
  const { phase, polls, pages, rows, deliveryAttempts, partsDelivered, parts, waitingFor, nextAt, outcome } = progress;
  const waiting =
    waitingFor === undefined ? '' : ` (${waitingFor}${nextAt === undefined ? '' : `, next at ${nextAt}`})`;
  const lines = [
    `**${outcome ?? phase}**${waiting}`,
    '',
    '| polls | pages | rows | parts delivered | failed delivery attempts |',
    '| ---: | ---: | ---: | ---: | ---: |',
    `| ${polls} | ${pages} | ${rows} | ${partsDelivered} of ${parts} | ${deliveryAttempts} |`,
  ];
  return lines.join('\n');
}
