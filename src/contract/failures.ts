/**
 * Every failure type of the product, once. `docs/failure-model.md` is generated from this table.
 * `retry` says what Temporal does with it: `never`, or `until` the total bound of the activity's profile.
 */
interface FailureKind {
  readonly decidedBy: string;
  readonly retry: 'never' | 'until the bound';
  /** What happened and what to do, for the person who reads it. */
  readonly meaning: string;
}

export const FAILURES = {
  InvalidRequest: {
    decidedBy: 'planRun',
    retry: 'never',
    meaning: 'The request is wrong; `details` lists every problem by path. Mend the request.',
  },
  Unauthorized: {
    decidedBy: 'the source',
    retry: 'never',
    meaning: 'The source refused the credentials, also after one fresh token. Check the client id and secret.',
  },
  Forbidden: {
    decidedBy: 'the source',
    retry: 'never',
    meaning: 'The credentials lack a right (403). Grant `reporting:analytics:read` and `journeys:read`.',
  },
  QueryRejected: {
    decidedBy: 'the source',
    retry: 'never',
    meaning: 'The source refuses the query (400, 404, 405, 409, 422 …). Its reason is in the message.',
  },
  QueryFailed: {
    decidedBy: 'the source',
    retry: 'never',
    meaning: 'The query ended as FAILED or CANCELLED upstream. Start the run again, or narrow the query.',
  },
  QueryExpired: {
    decidedBy: 'the workflow',
    retry: 'never',
    meaning: 'The query vanished upstream, and so did the two that took its place.',
  },
  QueryDeadlineExceeded: {
    decidedBy: 'the workflow',
    retry: 'never',
    meaning: 'No result within `poll.deadline`. Raise the deadline or narrow the window.',
  },
  SubmissionAmbiguous: {
    decidedBy: 'submitQuery',
    retry: 'never',
    meaning:
      'Five submissions in a row may or may not have been accepted. Look for orphaned queries upstream, then start again.',
  },
  InvalidLocation: {
    decidedBy: 'the source',
    retry: 'never',
    meaning: 'The source named no place for the result, or one that is not its own. It was not contacted.',
  },
  IncompleteResult: {
    decidedBy: 'the workflow',
    retry: 'never',
    meaning:
      'Three times the rows received were not the rows promised (total, cap, page loop, pages of another query).',
  },
  MalformedResponse: {
    decidedBy: 'the source',
    retry: 'never',
    meaning:
      'The source answered with something that is not its API (HTML, truncated JSON, rows without any asked-for key).',
  },
  ResponseTooLarge: {
    decidedBy: 'the source',
    retry: 'never',
    meaning: 'One answer was larger than a page may be. Lower `query.limit`.',
  },
  UpstreamUnavailable: {
    decidedBy: 'the source',
    retry: 'until the bound',
    meaning: 'The source could not be reached, broke off, or answered 5xx for as long as the run may wait.',
  },
  DatasetCorrupt: {
    decidedBy: 'the dataset store',
    retry: 'never',
    meaning: 'A stored file is not what was stored: its hash differs. Start the run again; look at the disk.',
  },
  DatasetExpired: {
    decidedBy: 'the dataset store',
    retry: 'never',
    meaning: 'Stored rows or payload bytes are no longer there. Start a new run with `--again`.',
  },
  DatasetUnavailable: {
    decidedBy: 'the dataset store',
    retry: 'until the bound',
    meaning: 'The dataset store cannot be read or written (full, read-only, away). Mend it; the run goes on.',
  },
  RecordsUnavailable: {
    decidedBy: 'Postgres',
    retry: 'until the bound',
    meaning: 'Postgres cannot be reached or does not take writes. Mend it; the run goes on.',
  },
  RecordsConflict: {
    decidedBy: 'Postgres',
    retry: 'never',
    meaning: 'A record contradicts what is to be written. Nothing was overwritten; this needs a person.',
  },
  DeliveryNotFound: {
    decidedBy: 'redeliver',
    retry: 'never',
    meaning: 'The ledger has no such delivery.',
  },
  DeliverySuperseded: {
    decidedBy: 'redeliver',
    retry: 'never',
    meaning: 'A later revision of the same window was delivered; sending the older one would help nobody.',
  },
  ActivityTimedOut: {
    decidedBy: 'Temporal',
    retry: 'never',
    meaning: 'A step did not end within its bound and left no reason of its own. See the worker log.',
  },
  Unexpected: {
    decidedBy: 'nobody',
    retry: 'until the bound',
    meaning: 'An error that the product does not know. It is retried; report it.',
  },
} as const satisfies Record<string, FailureKind>;

/** `ApplicationFailure.type` of every failure that the product raises. */
export type FailureType = keyof typeof FAILURES;

// `Object.keys` forgets which keys they are; the table above is closed.
export const FAILURE_TYPES = Object.keys(FAILURES) as readonly string[] as readonly FailureType[];

export function isFailureType(value: unknown): value is FailureType {
  return typeof value === 'string' && Object.hasOwn(FAILURES, value);
}

/** One problem of a request: where, and what to do. `details[0].problems` of an `InvalidRequest`. */
export interface RequestProblem {
  /** Dotted path into the request, e.g. `query.metric.1`; empty for the request as a whole. */
  readonly path: string;
  readonly message: string;
}

/** The sentence of an `InvalidRequest`: every problem, by path. */
export function invalidRequestSentence(problems: readonly RequestProblem[]): string {
  const listed = problems.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`)).join('; ');
  return `the request is not valid: ${listed}`;
}
