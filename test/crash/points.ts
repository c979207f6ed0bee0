import type { FaultSchedule } from '../../simulator/faults/named.js';

export type Loss = 'submission' | 'acknowledgement';

/** A moment at which a worker may be struck down, and what it takes to get there. */
export interface CrashPoint {
  /** What has happened, and what has not. */
  readonly moment: string;
  /** How the source, or the receiver, has to behave for the point to be reached. */
  readonly source?: FaultSchedule;
  readonly receiver?: FaultSchedule;
  /** What a run has several of, and comes by each time; else it comes by once. */
  readonly per?: 'poll' | 'page' | 'further page' | 'part' | 'page of a day';
  /** Only a run on contacts comes by. */
  readonly contacts?: true;
  /** Only runs of an organisation with limits come by: there are two, and they take turns. */
  readonly gated?: true;
  /**
   * What the strike costs: the answer to a submission (a query upstream that nobody waits for), or the receiver's
   * acknowledgement (the same part once more). A point without it, or `mayLose`, costs nothing.
   */
  readonly loses?: Loss;
  /** The same, where it depends on how much of what was sent has got through. */
  readonly mayLose?: Loss;
  /** Attempts that the delivery has cost in the end: one, unless a refusal of the receiver was on record. */
  readonly attempts?: number;
}

const once = (on: 'submit' | 'poll' | 'webhook', fault: FaultName, times = 1): FaultSchedule => ({
  script: [{ on, fault, times }],
});
type FaultName = '404' | '410' | '429' | '503' | 'drop-after' | 'slow';

/** Every point, in the order in which a run comes by. */
export const POINTS = {
  'run-record-before': { moment: 'the run is planned, and on no record' },
  'run-record-opened': { moment: 'its record is open, Temporal has not heard of the plan' },

  'token-before': { moment: 'a token is about to be asked for' },
  'token-asked': { moment: 'the credentials are out, nothing is answered' },
  'token-granted': { moment: 'a token is granted, only this process has it' },

  'submission-before': { moment: 'nothing is on record of a submission' },
  'submission-begun': { moment: 'the submission is on record as pending' },
  'submit-before': { moment: 'the submission is about to be sent' },
  'submit-sent': { moment: 'the submission is out, nothing is answered', loses: 'submission' },
  'submit-acknowledged': { moment: 'the query was accepted, its place is in memory only', loses: 'submission' },
  'submit-put-off': {
    moment: 'the source was too busy for the submission, which nobody noted',
    source: once('submit', '429'),
  },
  'submit-broken-off': {
    moment: 'the connection broke after the submission took effect, which nobody noted',
    source: once('submit', 'drop-after'),
    loses: 'submission',
  },
  'submit-record-before': { moment: 'the outcome of the submission is about to be recorded', loses: 'submission' },
  'submit-record-committing': { moment: 'COMMIT of the outcome is out, nothing is answered', mayLose: 'submission' },
  'submit-recorded': { moment: 'the outcome of the submission is on record, Temporal has not heard of it' },

  'poll-before': { moment: 'a poll is about to be sent', per: 'poll' },
  'poll-asked': { moment: 'a poll is out, nothing is answered', per: 'poll' },
  'poll-running': { moment: 'a poll said: still running' },
  'poll-not-ready': { moment: 'a poll said 404 of a young query', source: once('poll', '404') },
  'poll-rate-limited': { moment: 'a poll said 429', source: once('poll', '429') },
  'poll-unavailable': { moment: 'a poll said 503', source: once('poll', '503') },
  'poll-gone': { moment: 'a poll said 410', source: once('poll', '410') },
  'poll-broken-off': { moment: 'the connection broke under a poll', source: once('poll', 'drop-after') },

  'page-first-received': { moment: 'a poll brought the first page, of which nothing is stored' },
  'page-before': { moment: 'a further page is about to be asked for', per: 'further page' },
  'page-asked': { moment: 'a further page is asked for, nothing is answered', per: 'further page' },
  'page-received': { moment: 'a further page came, nothing of it is stored', per: 'further page' },
  'page-store-before': { moment: 'a page is about to be stored', per: 'page' },
  'page-renamed': { moment: 'the file of a page is in its place, no note names it', per: 'page' },
  'page-noted': { moment: 'the note of a page is in its place, its folder not forced to disk', per: 'page' },
  'page-stored': { moment: 'a page is stored', per: 'page' },
  'manifest-before': { moment: 'all pages are stored, no manifest lists them' },
  'manifest-stored': { moment: 'the manifest is stored, Temporal has not heard of it' },

  'transform-before': { moment: 'the rows are about to be read' },
  'transform-choice-stored': { moment: 'which rows are delivered is stored' },
  'transform-manifest-stored': { moment: 'the manifest of the rows to deliver is in its place' },
  'transform-done': { moment: 'the rows to deliver are stored, Temporal has not heard of them' },

  'claim-before': { moment: 'a revision is about to be claimed' },
  'revision-claimed': { moment: 'a revision is claimed, no byte of it exists' },
  'payload-before': { moment: 'the bytes of a part are about to be stored', per: 'part' },
  'payload-renamed': { moment: 'the bytes of a part are in their place, not forced to disk', per: 'part' },
  'payload-stored': { moment: 'the bytes of a part are stored, the ledger does not know them', per: 'part' },
  'shape-before': { moment: 'the fields of the rows are known and not remembered' },
  'shape-remembered': { moment: 'the fields of the rows are remembered, and the run has not heard of it' },
  'causes-before': { moment: 'a revision is claimed, and nobody knows yet why it is there' },
  'causes-kept': { moment: 'the ledger says why the revision is there' },
  'parts-before': { moment: 'all bytes are stored, the ledger names none' },
  'parts-fixed': { moment: 'the ledger names the bytes of every part' },
  'number-before': { moment: 'the bytes are fixed, no note says that they may go out' },
  'number-noted': { moment: 'a note says that the bytes may go out, nothing is sent' },

  'walk-before': { moment: 'the walk is about to be locked' },
  'walk-locked': { moment: 'the lock of the walk is held' },
  'webhook-before': { moment: 'a part is about to be sent', per: 'part', mayLose: 'acknowledgement' },
  'webhook-sent': { moment: 'a part is out, nothing is answered', per: 'part', mayLose: 'acknowledgement' },
  'webhook-acknowledged': {
    moment: 'a part was acknowledged, which nobody noted',
    per: 'part',
    loses: 'acknowledgement',
  },
  'webhook-refused': {
    moment: 'a part was refused, which nobody noted',
    receiver: once('webhook', '503'),
    mayLose: 'acknowledgement',
  },
  'delivery-record-before': {
    moment: 'an acknowledgement is about to be recorded',
    per: 'part',
    loses: 'acknowledgement',
  },
  'delivery-record-committing': {
    moment: 'COMMIT of an answer is out, nothing is answered',
    per: 'part',
    mayLose: 'acknowledgement',
  },
  'delivery-recorded': { moment: 'an acknowledgement is on record', per: 'part', mayLose: 'acknowledgement' },
  'refusal-recorded': {
    moment: 'a refusal is on record',
    receiver: once('webhook', '503'),
    attempts: 2,
    mayLose: 'acknowledgement',
  },
  'walk-over': { moment: 'every part is delivered and the lock is given back, Temporal has not heard of it' },

  'audit-before': { moment: 'the audit entry is about to be written' },
  'audit-inserted': { moment: 'the audit entry is inserted, not committed' },
  'audit-committing': { moment: 'COMMIT of the audit entry is out, nothing is answered' },
  'audit-committed': { moment: 'the audit entry is committed, Temporal has not heard of it' },

  'continue-as-new-decided': {
    moment: 'the run decided to continue as new, Temporal has not heard of it',
    source: once('poll', '429', 15),
  },
  'continue-as-new-begun': {
    moment: 'the first step after continue-as-new is about to be taken',
    source: once('poll', '429', 15),
  },

  'drain-begun': {
    moment: 'SIGTERM came while a part was out',
    receiver: once('webhook', 'slow'),
    mayLose: 'acknowledgement',
  },
  'drain-acknowledged': {
    moment: 'SIGTERM came while a part was out; it was acknowledged in the drain, which nobody noted',
    receiver: once('webhook', 'slow'),
    loses: 'acknowledgement',
  },

  'definition-before': { moment: 'what the definition says is on no record', contacts: true },
  'definition-recorded': { moment: 'the definition is on record, the run is not', contacts: true },
  'discovery-asked': { moment: 'the issuer is asked where tokens are, nothing is answered', contacts: true },
  'grant-asked': { moment: 'the access key is out, nothing is answered', contacts: true },
  'contact-asked': { moment: 'one contact is asked for, for the spelling of its fields', contacts: true },
  'day-page-asked': {
    moment: 'a page of a day is asked for, nothing is answered',
    per: 'page of a day',
    contacts: true,
  },
  'sheet-page-renamed': {
    moment: 'a page of a sheet is in its place, no sheet names it',
    per: 'page of a day',
    contacts: true,
  },
  'sheet-settled': { moment: 'the sheet of a day is settled, the last page of the day is not stored', contacts: true },
  'sums-asked': { moment: 'the sums by skill are asked for, nothing is answered', contacts: true },
  'derived-page-before': { moment: 'the journeys are made, no row of them is stored', contacts: true },
  'derived-page-renamed': { moment: 'rows of journeys are in their place, not forced to disk', contacts: true },
  'derived-page-stored': { moment: 'rows of journeys are stored, no manifest lists them', contacts: true },

  'turn-before': { moment: 'a turn is about to be asked for', gated: true },
  'turn-committing': { moment: 'COMMIT of a place in the queue or of a slot is out, nothing is answered', gated: true },
  'turn-granted': { moment: 'a slot is held, nothing is submitted', gated: true },
  'turn-put-off': { moment: 'a place in the queue is taken, Temporal has not heard of it', gated: true },
  'posted-before': { moment: 'the submission is on record, the gate takes it to be under way', gated: true },
  'posted-committing': { moment: 'COMMIT of the end of a submission is out, nothing is answered', gated: true },
  'posted-noted': { moment: 'the gap counts, Temporal has not heard of the query', gated: true },
  'slot-renewal-before': { moment: 'a poll was answered, the slot is about to be kept', gated: true },
  'slot-renewed': { moment: 'the slot is kept until after the next poll, which nobody has planned', gated: true },
  'slot-end-before': { moment: 'the query has ended, its slot is held', gated: true },
  'slot-end-committing': { moment: 'COMMIT of a free slot is out, nothing is answered', gated: true },
  'slot-freed': { moment: 'the slot is free, Temporal has not heard of the end of the query', gated: true },
} as const satisfies Readonly<Record<string, CrashPoint>>;

export type PointName = keyof typeof POINTS;

export function isPoint(name: string): name is PointName {
  return Object.hasOwn(POINTS, name);
}
