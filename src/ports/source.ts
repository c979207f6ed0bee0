import type { RequestProblem } from '../contract/failures.js';
import type { SourceQuery } from '../contract/request/request.js';
import type { DerivedFacts } from '../contract/result/derived.js';
import type { RequestedKeys } from '../domain/row-verification.js';
import type { DigestedColumns } from '../pages/row-digests.js';
import type { Buckets } from './data/datasets.js';
import type { CheckStep } from './destination.js';
import type { OrgLimits } from './gate.js';
import type { ReadingChanges } from './records/causes.js';
import type { SourceInspection } from './source-inspection.js';
import type { RecordGrain, RecordOf, RecordsFrom } from './records/journey-records.js';

export interface Catalogue {
  readonly reportTypes: readonly string[];
  readonly metrics: readonly string[];
  readonly dimensions: readonly string[];
  /** What a name stands for, in a sentence, where the source says it. */
  readonly sentences?: Readonly<Record<string, string>>;
  /** Names that people ask for and that this source cannot have, with the reason. */
  readonly refused?: Readonly<Record<string, string>>;
}

/** What the product must know of a source's API, as data. */
export interface SourceRules {
  /** A query that is not found is not ready yet while it is younger than this. */
  readonly notFoundGraceMs: number;
  /** The key under which every row says when it is of. */
  readonly dateKey: string;
  /** Whether a row sums up what has its date and dimensions: then two rows with the same keys are a defect. */
  readonly aggregates: boolean;
  /** Whether a query that is gone may be submitted again: up to twice, or `once`. */
  readonly askAgain: boolean | 'once';
  /**
   * A submission without an answer. `orphan`: a query may run that nobody waits for; it is recorded, and sent again up to
   * five times. `harmless`: nothing runs; it is sent again. `ambiguous`: it must not be sent twice, so the run fails.
   */
  readonly lostSubmission: 'orphan' | 'harmless' | 'ambiguous';
  /** The longest window that one query may have; absent where there is no cap. */
  readonly windowMostMs?: number;
  /** Rules of its vendor, which hold where the organisation's limits say nothing else. */
  readonly limits?: Pick<OrgLimits, 'queriesAtOnce' | 'gapMs'>;
  /** What people must know before they read the numbers, as one sentence: it becomes a warning of every run. */
  readonly caveat?: string;
}

export interface TokenInfo {
  /** First 12 hex digits of the token's SHA-256. The token itself never leaves the worker process. */
  readonly fingerprint: string;
  readonly expiresAt: string;
  /** From here on a new one is fetched: at `max(expires_in − 300, expires_in / 2)` seconds of age. */
  readonly refreshAt: string;
  readonly scope: string;
}

export type LaterReason =
  | 'running'
  | 'not ready yet'
  | 'rate limited'
  | 'unavailable'
  | 'circuit open'
  | 'submission unknown'
  | 'submission outstanding'
  | 'waiting for its turn';

/** Not an error: come back. `retryAfterMs` is the source's own wish, 1 s..1 h, absent when it had none. */
export interface Later {
  readonly state: 'later';
  readonly reason: LaterReason;
  readonly retryAfterMs?: number;
  /** What the source calls the query, where this answer says it. */
  readonly queryId?: string;
  /** Of a query whose turn to be submitted has not come: how many wait before it. */
  readonly ahead?: number;
}

/** The source has taken the query. */
export interface Accepted {
  readonly state: 'accepted';
  /**
   * Names the query to this source and to nobody else: opaque, below 2 KiB, without a secret. It is kept in history and
   * in Postgres; `submitQuery` refuses one that breaks this.
   */
  readonly ticket: string;
  /** What the source calls the query; null where it does not say before it has a result. */
  readonly queryId: string | null;
  /** The answer did not arrive whole: asked again under the same key, the source may name the query. */
  readonly broken?: true;
  /** When the source wants to be asked first. */
  readonly retryAfterMs?: number;
}

/**
 * Rows as they are stored, whatever the wire had: a JSON object in UTF-8 with an array `data` of objects. A source whose
 * wire has CSV or a file writes these in `read`, or in `derive`, so that everything behind it reads one format.
 */
export interface RowPage {
  readonly body: Uint8Array;
  /** Where the rows are, what they hold under the keys asked for, and what they hash to. */
  readonly columns: DigestedColumns;
}

/** A page of rows that were derived, and what is known of all of them. */
export interface DerivedPage extends RowPage {
  readonly facts?: DerivedFacts;
  /** What is kept beside the rows for people who look into them: plain JSON, with no bound of history. */
  readonly details?: object;
}

export interface DeriveFrom extends RecordsFrom {
  readonly query: SourceQuery;
  readonly keys: RequestedKeys;
  /** Of the window: their labels, and where each begins, ascending. */
  readonly buckets: Pick<Buckets, 'labels'> & { readonly starts: Float64Array };
}

/** One page of a result. */
export interface SourcePage extends RowPage {
  readonly state: 'page';
  readonly queryId: string;
  readonly rows: number;
  /** Where the next page begins, in the source's own terms: a page token, an offset. Absent: this was the last one. */
  readonly nextCursor?: string;
  /** Rows of the whole result, where the source states them. */
  readonly totalCount?: number;
  /** No fewer rows than these are in the whole result, as the source says under some other name. */
  readonly atLeast?: number;
  /** Rows of other times than the window's, which the source gave and which are left out. */
  readonly outside?: number;
  /** Pages of the whole result, where the source states them. */
  readonly statedPages?: number;
  /** The source says that it cut the result short. */
  readonly truncated: boolean;
  /** Of a page without `nextCursor`: the field or header in which the source says that there is more. */
  readonly moreBy?: string;
  /** What the ticket calls the query, where it names it. */
  readonly namedByTicket?: string;
}

/**
 * Pages of a result that comes in one exchange: where it has to be asked for again, its cursor says from where. Who does
 * not read them all closes it. In memory is one of them.
 */
export interface SourcePages {
  readonly state: 'pages';
  readonly pages: AsyncIterable<SourcePage>;
}

/** The query is no longer there: 404, 410, or status `EXPIRED`. `rules.notFoundGraceMs` says what a 404 means. */
export interface Gone {
  readonly state: 'gone';
  readonly reason: '404' | '410' | 'expired';
}

/**
 * One API of one organisation, from which rows come. Throws only its own family of `AdapterError`, or the reason of the
 * caller's own aborted signal. Retries nothing, one fresh token after a 401 aside.
 */
export interface Source {
  /** The folder in `sources/` that it comes from, as configuration names it. */
  readonly kind: string;
  readonly catalogue: Catalogue;
  readonly rules: SourceRules;
  /**
   * The definition by which it makes rows: name and version, and a hash of what it says (16 hex digits). Where that
   * changes, the numbers are of another series.
   */
  readonly definition?: { readonly name: string; readonly hash: string };
  /** How long after its start a record may still gain parts: at first, and at the longest. */
  readonly horizons?: { readonly nearMs: number; readonly farMs: number };
  /**
   * Of names that are all in the catalogue: the metrics that rows will have, where these are more than were asked for,
   * or why this cannot be had.
   */
  prepare?(
    query: Pick<SourceQuery, 'metric' | 'filter'>,
  ): { readonly metrics: readonly string[] } | { readonly problems: readonly RequestProblem[] };
  /** A valid token: the cached one, or a fresh one once it is old enough. Single flight. */
  token(signal: AbortSignal): Promise<TokenInfo>;
  /** 429, 503 and an open circuit come as `later`: nothing runs upstream then. */
  submit(
    job: {
      query: SourceQuery;
      idempotencyKey: string;
      /** The same was sent before under this key, and may be under way. */
      repeated?: boolean;
    },
    signal: AbortSignal,
  ): Promise<Accepted | Later>;
  /**
   * One exchange: whether the result is there, with its first page (cursor null) or a further one.
   * A page whose rows have neither a date nor any of `keys` is not a result: `MalformedResponse`.
   * Only with a cursor may the answer be {@link SourcePages}: it takes longer than a request does.
   */
  read(
    at: {
      ticket: string;
      cursor: string | null;
      keys: RequestedKeys;
      /** As the source has named the query so far. */
      queryId?: string | null;
      /** A page that was read before and is stored, by its place in the result from 0 on. */
      earlier?: (place: number) => Promise<{ readonly rows: number; readonly body: Uint8Array }>;
    },
    signal: AbortSignal,
  ): Promise<Later | Gone | SourcePage | SourcePages>;
  /** Ends the query upstream. Repeatable; a query that has ended, or that nobody knows, is no error. */
  abort?(job: { ticket: string }, signal: AbortSignal): Promise<void>;
  /**
   * Makes the rows to deliver of the pages that were read, where these are not the rows: at least one page, perhaps an
   * empty one. The same pages give the same rows, in bounded memory. The pages that were read are kept.
   */
  derive?(from: DeriveFrom, signal: AbortSignal): AsyncIterable<DerivedPage>;
  /** Looks whether a run could read, step by step: a few short questions. Starts nothing. */
  check?(signal: AbortSignal): AsyncIterable<CheckStep>;
  /** What two readings of the same window differ in, where rows are made of records that have ids. */
  compare?(
    readings: {
      readonly before: RecordsFrom;
      readonly after: RecordsFrom;
      readonly filter: Readonly<Record<string, unknown>>;
    },
    signal: AbortSignal,
  ): Promise<ReadingChanges>;
  /** Looks at the tenant, at one day of it. Reads one page, and starts nothing. @param day `YYYY-MM-DD`, in UTC */
  inspect?(day: string, signal: AbortSignal): Promise<SourceInspection>;
  /** What the rows of `derive` were made of, one record each. The same pages give the same records in the same order. */
  records?<Grain extends RecordGrain>(
    grain: Grain,
    from: RecordsFrom,
    signal: AbortSignal,
  ): AsyncIterable<RecordOf<Grain>>;
}
