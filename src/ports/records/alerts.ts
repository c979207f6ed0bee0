import type { AlertEvent } from '../../contract/alerts.js';
import type { PartAnswer } from './ledger.js';

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

/** An alert as it is on record. Times are ISO 8601 in UTC. */
export interface Alert {
  readonly id: string;
  readonly event: AlertEvent;
  readonly org: string | null;
  readonly what: string;
  readonly about: AlertSubject;
  /** Which repetition of one matter it is. */
  readonly number: number;
  /** False: folded into those before it, and sent to nobody. */
  readonly told: boolean;
  readonly raisedAt: string;
  /** Whether anything may end it, and when something did. */
  readonly endable: boolean;
  readonly endedAt: string | null;
  /** When a workflow took it over; null of one that still waits. */
  readonly handedAt: string | null;
  readonly sends: readonly AlertSend[];
}

/** What came of sending an alert to one receiver. */
export interface AlertSend {
  readonly receiver: string;
  readonly attempts: number;
  /** Of the last attempt: a status, or why there was none. */
  readonly reason: string;
  readonly triedAt: string;
  /** Null: it has not arrived. */
  readonly sentAt: string | null;
}

/** Each rejects with an `AdapterError`. */
export interface AlertRecords {
  /** In a transaction of its own, for what is recorded nowhere else. @returns whether it is new */
  raise(alert: NewAlert, at: string, signal: AbortSignal): Promise<boolean>;
  /** What ended it is over; where it had been told, so is its end. */
  end(until: NonNullable<NewAlert['until']>, end: NewAlert | undefined, at: string, signal: AbortSignal): Promise<void>;
  /** Those that are to be sent and that no workflow has yet, oldest first. */
  waiting(limit: number, signal: AbortSignal): Promise<readonly string[]>;
  handedOver(ids: readonly string[], at: string, signal: AbortSignal): Promise<void>;
  find(id: string, signal: AbortSignal): Promise<Alert | null>;
  /** Newest first. */
  list(
    filter: { readonly limit: number; readonly event?: AlertEvent; readonly org?: string; readonly isOpen?: boolean },
    signal: AbortSignal,
  ): Promise<readonly Alert[]>;
  noteSend(
    of: { readonly id: string; readonly receiver: string },
    answer: { readonly delivered: boolean; readonly reason: string },
    at: string,
    signal: AbortSignal,
  ): Promise<void>;
}

/** What counts as late or failing. */
export interface AlertRules {
  /** From the moment at which a window is due to the one at which it is late. */
  readonly lateAfterMs: number;
  /** Failed runs in a row after which a schedule is paused, by how often it starts. */
  readonly pauseAfter: Readonly<Record<'hour' | 'day' | 'week' | 'month', number | 'never'>>;
}

/** Who is told of alerts, as it is configured at the moment. */
export interface AlertReceivers {
  readonly rules: AlertRules;
  /** Names of those who want to know of it. */
  receiversOf(alert: Pick<Alert, 'event' | 'org'>): readonly string[];
  /** Sends it once. Undefined where there is no such receiver any more. Throws only the reason of the aborted signal. */
  send(receiver: string, alert: Alert, signal: AbortSignal): Promise<PartAnswer | undefined>;
}
