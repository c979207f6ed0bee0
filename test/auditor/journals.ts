import type { Folder } from './folder.js';
import { FLAG, OBJECT, TEXT, WHOLE, type JsonObject, type Line } from './line.js';

/** One request, as the side that got it saw it. It was written down before the answer was sent. */
interface Exchange {
  readonly place: string;
  readonly atMs: number;
  readonly operation: string;
  /** Whether it was carried out: a query created, a part taken in. */
  readonly effect: boolean;
  /** Undefined: the connection was closed without an answer. */
  readonly status: number | undefined;
  /** The fault that struck. */
  readonly fault: string | undefined;
}

/** A request to the source. */
export interface SourceEntry extends Exchange {
  readonly queryId: string | undefined;
  readonly idempotencyKey: string | undefined;
  /** Of a submission: what was asked. */
  readonly query: JsonObject | undefined;
  /** Of a page of contacts: where its window begins. */
  readonly startDate: string | undefined;
  /** Rows before the page, in it, and in all. */
  readonly skip: number | undefined;
  readonly rows: number | undefined;
  readonly total: number | undefined;
}

/** A webhook, as the receiver got it. */
export interface ReceiverEntry extends Exchange {
  readonly webhookId: string | undefined;
  readonly sha256: string | undefined;
  /** `accepted`, `duplicate`, `stale`, `conflict`, `malformed` or `refused`: how it was judged, before any fault. */
  readonly verdict: string | undefined;
  /** Where it belongs; only of the first of an id. */
  readonly slot: Slot | undefined;
}

/** A part's place in what is delivered. */
export interface Slot {
  readonly deliveryId: string;
  readonly revision: number;
  /** 0-based. */
  readonly part: number;
  readonly parts: number;
}

export function readSource(folder: Folder): readonly SourceEntry[] {
  return folder.lines('cxone.ndjson').map((line) => ({
    ...exchange(line),
    queryId: line.may('queryId', TEXT),
    idempotencyKey: line.may('idempotencyKey', TEXT),
    query: line.may('query', OBJECT),
    startDate: line.may('startDate', TEXT),
    skip: line.may('skip', WHOLE),
    rows: line.may('rows', WHOLE),
    total: line.may('total', WHOLE),
  }));
}

export function readReceiver(folder: Folder): readonly ReceiverEntry[] {
  return folder
    .lines('receiver.ndjson')
    .map((line) => ({
      ...exchange(line),
      webhookId: line.may('webhookId', TEXT),
      sha256: line.may('sha256', TEXT),
      verdict: line.may('verdict', TEXT),
      slot: slot(line),
    }))
    .filter(({ operation }) => operation === 'webhook');
}

function exchange(line: Line): Exchange {
  return {
    place: line.place,
    atMs: line.instant('at'),
    operation: line.must('operation', TEXT),
    effect: line.must('effect', FLAG),
    status: line.may('status', WHOLE),
    fault: line.may('fault', TEXT),
  };
}

function slot(line: Line): Slot | undefined {
  const deliveryId = line.may('deliveryId', TEXT);
  if (deliveryId === undefined) return undefined;
  return {
    deliveryId,
    revision: line.must('revision', WHOLE),
    part: line.must('part', WHOLE),
    parts: line.must('parts', WHOLE),
  };
}
