/**
 * Changes of what a workflow does that runs under way must not see in what they have done already: names for `patched()`.
 * Each is asked for only where old and new part ways, so that an ordinary history holds no marker. Never rename one.
 */
export const PATCHES = {
  /** A `pollNow` that comes while a poll is under way is not forgotten: the wait after it does not begin. */
  pollNowDuringPoll: 'poll-now-during-poll',
  /** A run that was cancelled ends, and does not continue as new: the execution after it would know of no cancellation. */
  cancelledEndsHere: 'cancelled-ends-here',
  /** At the deadline a query is polled for the last time, but not submitted: nobody would fetch its result. */
  nothingSubmittedLate: 'nothing-submitted-late',
  /** A long redelivery continues as new; it failed before. */
  redeliveryContinues: 'redelivery-continues',
  /** A run that is cancelled while it has rows, and has delivered none, deletes them; they stayed before. */
  cancelledRowsGo: 'cancelled-rows-go',
} as const;
