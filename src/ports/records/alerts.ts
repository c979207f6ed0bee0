import type { AlertEvent } from '../../contract/alerts.js';

/** What an alert is about: what a receiver filters, groups and links by. */
export interface AlertSubject {
  readonly workflowId?: string;
  readonly series?: string;
  readonly source?: string;
  readonly destination?: string;
  readonly deliveryId?: string;
  readonly revision?: number;
  readonly schedule?: string;
  readonly window?: { readonly from: string; readonly to: string; readonly timeZone?: string; readonly label?: string };
  readonly failureType?: string;
}

/** Something that somebody must be told of. */
export interface NewAlert {
  readonly event: AlertEvent;
  /** With the event, its identity: the same event is raised once, however often its cause is recorded. */
  readonly key: readonly (string | number)[];
  /** Null where it concerns all organisations. */
  readonly org: string | null;
  /** What happened, as a sentence, without secrets. */
  readonly what: string;
  readonly about: AlertSubject;
  /** Alerts of one event that share this are repetitions of one matter, and are told less often. */
  readonly fold: readonly (string | number)[];
  /** What ends it, e.g. the same window read to its end: see `endAlerts`. Absent: nothing does. */
  readonly until?: readonly (string | number)[];
}
