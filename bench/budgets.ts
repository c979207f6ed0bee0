/**
 * What the product may cost, in counts and bytes: what `bench -- short` fails on. Time is measured and reported, never
 * judged: it belongs to the machine.
 */
export const BUDGETS = {
  /** A run that is ready on its second poll, with one part. */
  // One of the events says in lists what a run is about, another what it found.
  orchestration: { actions: 12, events: 66, workflowTasks: 12, historyBytes: 20 * 1_024 },
  /** A query that takes so long; the polls that the cadence of a tenth leads to, and what a poll costs. */
  waiting: {
    polls: { '1 min': 27, '10 min': 50, '1 h': 75, '6 h': 135 },
    eventsAPoll: 11,
    actionsAPoll: 2,
    /** Beside the polls: start, plan, token, submission, transform, delivery, audit. */
    otherEvents: 50,
    otherActions: 12,
  },
  /** Whatever the number of rows, when the result is ready on the second poll. */
  scale: { events: 75, historyBytes: 64 * 1_024, largestPayload: 16 * 1_024 },
  /** Of a backfill itself, its runs aside; an execution stays below what Temporal suggests to continue at. */
  backfill: { eventsASlice: 8, actionsASlice: 0.2, longestExecution: 4_096 },
  /** A million legs from stored pages to rows; the time is a goal on two cores, and not judged. */
  journeys: { peakRssMiB: 400, wallMs: 8_000 },
  /** Of a worker process through which five million rows go, in MiB. Checked by `bench -- scale --full` only. */
  workerRssMiB: 512,
} as const;

export type WaitName = keyof typeof BUDGETS.waiting.polls;

/** One line for each figure that is above its budget. */
export function overBudget(
  what: string,
  figures: Readonly<Record<string, unknown>>,
  budget: Readonly<Record<string, number>>,
): readonly string[] {
  return Object.entries(budget).flatMap(([name, most]) => {
    const figure = figures[name];
    if (typeof figure === 'number' && figure <= most) return [];
    return [`${what}: ${name} is ${String(figure)}, the budget is ${most}`];
  });
}
