import type {
  BackfillPhase,
  BackfillProgress,
  BackfillRequest,
  SliceCounts,
  TimeRange,
} from '../../contract/request/backfill.js';
import { isStopping, widthOf, type BackfillState } from './backfill-state.js';

/** What can be told of a backfill at any moment. */
export interface BackfillView {
  readonly request: BackfillRequest;
  readonly state: BackfillState;
  /** Slices under way. */
  readonly running: ReadonlySet<TimeRange>;
  readonly finished: boolean;
}

export function progressOf(backfill: BackfillView): BackfillProgress {
  const { request, state, running } = backfill;
  const { rows, failures, plan } = state;
  return {
    phase: phaseOf(backfill),
    width: widthOf(state, request),
    slices: countsOf(backfill),
    rows,
    ...(plan && { timeZone: plan.timeZone, range: plan.range }),
    running: [...running],
    failures: failures.length,
  };
}

/** What does not run and has not ended waits, whether it is planned by now or not. */
export function countsOf({ state: { counts }, running: { size: running } }: BackfillView): SliceCounts {
  const { total, completed, unchanged, undelivered, failed, halved } = counts;
  const waiting = total - completed - unchanged - undelivered - failed - running;
  return { total, completed, unchanged, undelivered, failed, running, waiting, halved };
}

function phaseOf({ state, finished }: BackfillView): BackfillPhase {
  if (finished) return 'finished';
  if (isStopping(state)) return 'stopping';
  if (state.paused) return 'paused';
  return state.plan === undefined ? 'planning' : 'running';
}

/** The backfill in a few lines of Markdown: what the Temporal UI shows above the history. */
export function backfillDetails({ phase, width, slices, range, timeZone, running }: BackfillProgress): string {
  const where = range === undefined ? '' : `: ${range.from} to ${range.to}, ${timeZone ?? 'UTC'}`;
  const { total, completed, unchanged, undelivered, failed, waiting, halved } = slices;
  const lines = [
    `**${phase}**${where}`,
    '',
    '| slices | completed | unchanged | undelivered | failed | running | waiting | halved |',
    '| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |',
    `| ${total} | ${completed} | ${unchanged} | ${undelivered} | ${failed} | ${running.length} of ${width} | ${waiting} | ${halved} |`,
  ];
  return lines.join('\n');
}
