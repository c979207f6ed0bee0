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
    meaning: 'The request is wrong; `details` lists every problem by path. Fix the request.',
  },
  Unauthorized: {
    decidedBy: 'the source',
    retry: 'never',
    meaning: 'The source refused the credentials, also after one fresh token. Check the client id and secret.',
  },
  OrganisationRemoved: {
    decidedBy: 'the activities',
    retry: 'until the bound',
    meaning:
      'No worker knows the organisation: waited for 2 minutes at the start of a run, for 10 in an open run. Configure it.',
  },
  Forbidden: {
    decidedBy: 'the source',
    retry: 'never',
    meaning:
      'The credentials lack a right (403). The message names it; the analytics API needs `reporting:analytics:read` and `journeys:read`.',
  },
  QueryRejected: {
    decidedBy: 'the source',
    retry: 'never',
    meaning: 'The source refuses the query (400, 404, 405, 409, 422 …). Its reason is in the message.',
  },
  QueryFailed: {
    decidedBy: 'the source',
    retry: 'never',
    meaning: 'The query ended as FAILED or CANCELLED at the source. Start the run again, or narrow the query.',
  },
  QueryExpired: {
    decidedBy: 'the workflow',
    retry: 'never',
    meaning: 'The query disappeared at the source, and so did the two that replaced it.',
  },
  QueryDeadlineExceeded: {
    decidedBy: 'the workflow',
    retry: 'never',
    meaning: 'No result within `poll.deadline`. Raise the deadline or narrow the window.',
  },
  NoTurn: {
    decidedBy: 'the workflow',
    retry: 'never',
    meaning:
      'The query waited for 7 days for its turn at the organisation. `journey-metrics orgs show` says who holds the slots.',
  },
  SubmissionAmbiguous: {
    decidedBy: 'submitQuery',
    retry: 'never',
    meaning:
      'Five submissions in a row may or may not have been accepted. Look for orphaned queries at the source, then start again.',
  },
  InvalidLocation: {
    decidedBy: 'the source',
    retry: 'never',
    meaning: 'The source gave no location for the result, or one that is not its own. That location was not contacted.',
  },
  IncompleteResult: {
    decidedBy: 'the workflow',
    retry: 'never',
    meaning: 'Three readings did not return the promised rows (total, truncation, page loop, pages of another query).',
  },
  SchemaChanged: {
    decidedBy: 'transform',
    retry: 'never',
    meaning:
      'The rows have other fields or types than before, and the request says `"contract": "freeze"`. To accept them, run once without it.',
  },
  MalformedResponse: {
    decidedBy: 'the source',
    retry: 'never',
    meaning: 'The answer does not follow the API (HTML, truncated JSON, rows without any requested key).',
  },
  ResponseTooLarge: {
    decidedBy: 'the source',
    retry: 'never',
    meaning: 'An answer was larger than the maximum page size. Lower `query.limit`.',
  },
  UpstreamUnavailable: {
    decidedBy: 'the source',
    retry: 'until the bound',
    meaning: 'The source was unreachable, broke off, or answered 5xx until the time limit of the run.',
  },
  DatasetCorrupt: {
    decidedBy: 'the dataset store',
    retry: 'never',
    meaning: 'The hash of a stored file is wrong. Check the disk, then start the run again.',
  },
  DatasetExpired: {
    decidedBy: 'the dataset store',
    retry: 'never',
    meaning: 'Stored rows or payloads were deleted. Start a new run with `--again`.',
  },
  DatasetUnavailable: {
    decidedBy: 'the dataset store',
    retry: 'until the bound',
    meaning:
      'The dataset store cannot be read or written (full, read-only, unreachable). Fix it; the run then continues by itself.',
  },
  RecordsUnavailable: {
    decidedBy: 'Postgres',
    retry: 'until the bound',
    meaning: 'Postgres cannot be reached or does not accept writes. Fix it; the run then continues by itself.',
  },
  RecordsConflict: {
    decidedBy: 'Postgres',
    retry: 'never',
    meaning: 'A record contradicts the new one. Nothing was overwritten. Compare the two.',
  },
  DeliveryNotFound: {
    decidedBy: 'redeliver',
    retry: 'never',
    meaning: 'The ledger has no such delivery.',
  },
  DeliveryBusy: {
    decidedBy: 'the workflow',
    retry: 'never',
    meaning:
      'Another session held the lock of the delivery for 6 hours without an end. End it in Postgres (pg_locks), then redeliver.',
  },
  DeliverySuperseded: {
    decidedBy: 'redeliver',
    retry: 'never',
    meaning: 'A later revision of the same window was delivered. The older one is not sent.',
  },
  AlertNotTaken: {
    decidedBy: 'the activities',
    retry: 'until the bound',
    meaning:
      'A receiver of alerts did not take one; tried again for 3 days. `journey-metrics alerts list` shows it. No run waits for it.',
  },
  ActivityTimedOut: {
    decidedBy: 'Temporal',
    retry: 'never',
    meaning: 'A step did not end within its time limit and gave no reason. See the worker log.',
  },
  Unexpected: {
    decidedBy: 'nobody',
    retry: 'until the bound',
    meaning: 'An unknown error. It is retried. Please report it.',
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
