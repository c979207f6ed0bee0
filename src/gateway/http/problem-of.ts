import { isGrpcServiceError, ServiceError } from '@temporalio/client';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { JourneyMetricsError } from '../../client.js';
import { AdapterError } from '../../contract/adapter-error.js';
import type { RequestProblem } from '../../contract/failures.js';
import { TooManyRequests } from '../access/limits.js';
import { GatewayProblem, invalidRequest, type ProblemType } from './problem.js';

/** Until somebody who was told that something is away may ask again. */
const RETRY_AFTER_SECONDS = 5;
const RETRY_LATER = { 'retry-after': String(RETRY_AFTER_SECONDS) };

/** The one place that decides what becomes of whatever was thrown. */
export function problemOf(error: unknown): GatewayProblem {
  if (error instanceof GatewayProblem) return error;
  if (error instanceof JourneyMetricsError) return problemOfClient(error);
  if (error instanceof AdapterError) return problemOfAdapter(error);
  if (error instanceof TooManyRequests) return tooManyRequests(error);
  if (error instanceof ServiceError) return problemOfTemporal(error);
  return problemOfFastify(error) ?? new GatewayProblem('Unexpected', 'see the log of the gateway');
}

/** Everything that a run can fail with is its own failure, and none of the gateway's. */
export function problemOfRun(workflowId: string, error: JourneyMetricsError): GatewayProblem {
  const { type, message, details } = error;
  if (type === 'InvalidRequest' || type === 'RunNotFound' || type === 'TemporalUnavailable')
    return problemOfClient(error);
  return new GatewayProblem('RunFailed', message, { workflowId, failure: { type, message, details } });
}

function problemOfClient({ type, message, details }: JourneyMetricsError): GatewayProblem {
  switch (type) {
    case 'InvalidRequest':
      return invalidRequest(problemsIn(details));
    case 'RunNotFound':
      return new GatewayProblem('RunNotFound', message);
    case 'TemporalUnavailable':
      return temporalIsAway();
    default:
      return new GatewayProblem('RunFailed', message, { failure: { type, message, details } });
  }
}

/** Its own text names addresses and ids of servers: the caller needs none of them. */
function temporalIsAway(): GatewayProblem {
  const detail = 'Temporal does not answer; active runs continue. Try again later with the same Idempotency-Key';
  return new GatewayProblem('TemporalUnavailable', detail, {}, RETRY_LATER);
}

/** gRPC's code of an argument that is not valid. */
const MALFORMED = [3];

/** What Temporal refuses as malformed is the caller's; for everything else it is as good as away. */
function problemOfTemporal({ cause }: ServiceError): GatewayProblem {
  if (!isGrpcServiceError(cause) || !MALFORMED.includes(cause.code)) return temporalIsAway();
  return invalidRequest([{ path: '', message: 'Temporal does not accept this id' }]);
}

const AWAY = {
  RecordsUnavailable: 'Postgres does not answer; active runs wait for it. Try again later',
  DatasetUnavailable: 'the dataset store cannot be read. Try again later',
} as const;

function problemOfAdapter({ failureType, message }: AdapterError): GatewayProblem {
  if (failureType === 'RecordsUnavailable' || failureType === 'DatasetUnavailable') {
    return new GatewayProblem(failureType, AWAY[failureType], {}, RETRY_LATER);
  }
  if (failureType === 'DatasetExpired') return new GatewayProblem('RowsExpired', message);
  return new GatewayProblem('Unexpected', message, { failure: { type: failureType, message, details: [] } });
}

function tooManyRequests({ message, retryAfterS }: TooManyRequests): GatewayProblem {
  return new GatewayProblem('TooManyRequests', message, {}, { 'retry-after': String(retryAfterS) });
}

/** What Fastify throws of itself, by status. */
const OF_STATUS: Readonly<Record<number, readonly [ProblemType, string]>> = {
  404: ['NotFound', 'this address does not exist'],
  413: ['RequestTooLarge', 'a body may have 64 KiB, and a request 8 KiB'],
  414: ['AddressTooLong', 'the address is too long for any resource'],
  415: ['UnsupportedMediaType', 'send JSON with the header Content-Type: application/json'],
};

interface HttpError {
  readonly statusCode: number;
  readonly message: string;
}

function problemOfFastify(error: unknown): GatewayProblem | undefined {
  if (hasZodFastifySchemaValidationErrors(error)) return invalidRequest(parameterProblems(error));
  if (!isHttpError(error) || error.statusCode < 400 || error.statusCode > 499) return undefined;
  const [type, detail] = OF_STATUS[error.statusCode] ?? [];
  if (type !== undefined && detail !== undefined) return new GatewayProblem(type, detail);
  return invalidRequest([{ path: '', message: error.message }]);
}

function isHttpError(error: unknown): error is HttpError {
  return error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number';
}

interface Validated {
  readonly validation: readonly { readonly instancePath: string; readonly message?: string | undefined }[];
}

/** Of a parameter the path begins with where it stands: `querystring.limit`, `headers.idempotency-key`. */
function parameterProblems(error: Validated): readonly RequestProblem[] {
  const context = error instanceof Error && 'validationContext' in error ? String(error.validationContext) : 'body';
  const prefix = context === 'body' ? [] : [context];
  return error.validation.map(({ instancePath, message = 'is not valid' }) => ({
    path: [...prefix, ...instancePath.split('/').filter((part) => part !== '')].join('.'),
    message,
  }));
}

function problemsIn([first]: readonly unknown[]): readonly RequestProblem[] {
  if (typeof first !== 'object' || first === null || !('problems' in first)) return [];
  // `InvalidRequest` has them, from client and worker alike: see `JourneyMetricsError.details`.
  return Array.isArray(first.problems) ? (first.problems as RequestProblem[]) : [];
}
