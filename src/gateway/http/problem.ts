import { z } from 'zod';
import type { RequestProblem } from '../../contract/failures.js';
import type { Immutable } from '../../contract/values/immutable.js';
import { runFailureSchema } from '../../contract/result/run-description.js';

/** Every kind of problem that the gateway answers with, once: the OpenAPI document lists them from here. */
export const PROBLEMS = {
  InvalidRequest: { status: 400, title: 'The request is not valid' },
  Unauthenticated: { status: 401, title: 'The request has no valid key' },
  Forbidden: { status: 403, title: 'The key does not allow this' },
  NotFound: { status: 404, title: 'There is no such resource' },
  RunNotFound: { status: 404, title: 'There is no such run' },
  SeriesNotFound: { status: 404, title: 'There is no such series' },
  WindowNotFound: { status: 404, title: 'There is no such window' },
  MethodNotAllowed: { status: 405, title: 'The resource does not allow this method' },
  RequestTimedOut: { status: 408, title: 'The request took too long to arrive' },
  RunStillRunning: { status: 409, title: 'The run has not ended yet' },
  RunHasEnded: { status: 409, title: 'The run has ended' },
  RunHasNoRows: { status: 409, title: 'The run has no rows' },
  RowsExpired: { status: 410, title: 'The rows were deleted' },
  RequestTooLarge: { status: 413, title: 'The body is too large' },
  AddressTooLong: { status: 414, title: 'The address is too long' },
  UnsupportedMediaType: { status: 415, title: 'The body is not JSON' },
  IdempotencyKeyReused: { status: 422, title: 'The idempotency key was used for another request' },
  TooManyRequests: { status: 429, title: 'The key has sent too many requests' },
  HeadersTooLarge: { status: 431, title: 'The headers are too large' },
  Unexpected: { status: 500, title: 'The gateway had an unexpected error' },
  RunFailed: { status: 502, title: 'The run failed' },
  Undelivered: { status: 502, title: 'The run completed, but the receiver did not accept the delivery' },
  TemporalUnavailable: { status: 503, title: 'Temporal does not answer' },
  RecordsUnavailable: { status: 503, title: 'Postgres does not answer' },
  DatasetUnavailable: { status: 503, title: 'The dataset store does not answer' },
} as const satisfies Record<string, { readonly status: number; readonly title: string }>;

export type ProblemType = keyof typeof PROBLEMS;

/** An answer of `application/problem+json`. */
export const problemSchema = z
  .object({
    type: z
      .enum(Object.keys(PROBLEMS).map((type) => `urn:journey-metrics:problem:${type}`))
      .describe('The kind of the problem.'),
    title: z.string().describe('The kind, for people.'),
    status: z.int().min(400).max(599).describe('The HTTP status.'),
    detail: z.string().describe('What is wrong with this request, and what to do.'),
    instance: z.string().describe('Id of this answer, also in the log of the gateway.'),
    problems: z
      .array(
        z.object({
          path: z.string().describe('Dotted path into the body; parameters begin with `querystring` or `headers`.'),
          message: z.string().describe('What to do.'),
        }),
      )
      .exactOptional()
      .describe('Every error of an invalid request.'),
    workflowId: z.string().exactOptional().describe('The run concerned.'),
    failure: runFailureSchema.exactOptional().describe('Why the run failed.'),
  })
  .meta({ id: 'Problem', description: 'RFC 9457.' });
export type Problem = Immutable<z.output<typeof problemSchema>>;

/** What a problem may say beside its sentence. */
type ProblemFacts = Pick<Problem, 'problems' | 'workflowId' | 'failure'>;

/** What a route throws when it cannot answer as asked. */
export class GatewayProblem extends Error {
  override readonly name = 'GatewayProblem';

  constructor(
    readonly type: ProblemType,
    detail: string,
    readonly facts: ProblemFacts = {},
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(detail);
  }
}

export const PROBLEM_MEDIA_TYPE = 'application/problem+json';

/** As it is sent. */
export function problemDocument({ type, message, facts }: GatewayProblem, requestId: string): Problem {
  const { status, title } = PROBLEMS[type];
  const urn = `urn:journey-metrics:problem:${type}`;
  return { type: urn, title, status, detail: message, instance: `urn:uuid:${requestId}`, ...facts };
}

/** All problems of a request in one answer. */
export function invalidRequest(problems: readonly RequestProblem[]): GatewayProblem {
  const one = problems.length === 1 ? problems[0] : undefined;
  const where = one === undefined || one.path === '' ? '' : `${one.path}: `;
  const detail = one ? `${where}${one.message}` : `the request has ${problems.length} problems: see "problems"`;
  return new GatewayProblem('InvalidRequest', detail, { problems });
}

export function runNotFound(workflowId: string): GatewayProblem {
  const detail = `there is no run ${workflowId}; Temporal may no longer keep it`;
  return new GatewayProblem('RunNotFound', detail, { workflowId });
}
