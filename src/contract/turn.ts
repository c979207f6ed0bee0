/** What people wait for goes first, then schedules, then backfills. */
export type TurnPriority = 1 | 2 | 3;
