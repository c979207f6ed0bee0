import { networkFailureOf } from '../../../domain/network-failure.js';
import { ProxyFailure } from '../../../network/tunnel.js';
import { DatasetError } from '../../store/dataset-error.js';
import { DatasetUrlError } from '../dataset-url-error.js';

interface Fault {
  /** As S3 or the system names it: `SlowDown`, `ECONNREFUSED`. */
  readonly code: string;
  /** What is the matter and what to do. */
  readonly remedy: string;
  /** No attempt will go better before somebody fixes the configuration. */
  readonly configured?: boolean;
  /** The store has answered that it does not do this at all. */
  readonly unable?: boolean;
}

const BUCKET = 'the bucket that DATASET_URL names does not exist: create it, or correct DATASET_URL';
const DENIED = 'access is denied: give AWS_ACCESS_KEY_ID, or the role, the rights to list, read, write and delete';
const CREDENTIALS = 'it has no credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or give the host a role';
const REGION = 'the bucket is in another region: correct AWS_REGION';
const THROTTLED = 'the store asks for fewer requests: the step is retried';
const FULL = 'the store is full, or its quota is used up: free some space';

const CONFIGURED: readonly (readonly [RegExp, string])[] = [
  [/^(NoSuchBucket|InvalidBucketName)$/, BUCKET],
  [/^(AccessDenied|AllAccessDisabled|AccountProblem|Forbidden|403)$/, DENIED],
  [
    /^(InvalidAccessKeyId|SignatureDoesNotMatch|InvalidToken|ExpiredToken|InvalidSecurity)$/,
    `${DENIED} (or correct them)`,
  ],
  [/^(CredentialsProviderError|ProviderError)$/, CREDENTIALS],
  [
    /^(PermanentRedirect|TemporaryRedirect|AuthorizationHeaderMalformed|IllegalLocationConstraintException|301|307)$/,
    REGION,
  ],
];

const PASSING: readonly (readonly [RegExp, string])[] = [
  [/^(SlowDown|SlowDownRead|SlowDownWrite|Throttling\w*|TooManyRequests\w*|RequestLimitExceeded|429)$/, THROTTLED],
  [/^(InsufficientStorage|QuotaExceeded\w*|XMinioStorageFull|EntityTooLarge|507)$/, FULL],
  [
    /^(BadDigest|XAmzContentSHA256Mismatch|XAmzContentChecksumMismatch|InvalidDigest)$/,
    'the bytes were changed in transit: the step is retried',
  ],
  [/^(RequestTimeTooSkewed|RequestExpired)$/, 'the clocks differ too much: synchronize them with NTP'],
];

/** HTTP status of an answer of S3; undefined where there was none. */
export function statusOf(error: unknown): number | undefined {
  const { $metadata: metadata } = error instanceof Error && '$metadata' in error ? error : { $metadata: undefined };
  const status = typeof metadata === 'object' && metadata && 'httpStatusCode' in metadata ? metadata.httpStatusCode : 0;
  return typeof status === 'number' && status > 0 ? status : undefined;
}

/**
 * What S3, or the way to it, refused, as one of our errors; undefined for what nobody knows, which must crash.
 * Nothing of its own message is told: that may quote addresses, keys and headers.
 * @param what completes "The dataset store cannot …", e.g. `write runs/<key>`
 */
export function s3Error(error: unknown, what: string): DatasetError | undefined {
  const fault = faultOf(error);
  if (!fault) return undefined;
  return new S3Refusal(what, fault);
}

/** The deadline of a request passed. */
export function s3Timeout(what: string, deadlineMs: number): DatasetError {
  const message = `The dataset store cannot ${what}: S3 did not answer within ${deadlineMs / 1_000} s (timeout).`;
  return new DatasetError('unavailable', message, { code: 'timeout' });
}

/** `unavailable`, and whether configuration is to blame. */
class S3Refusal extends DatasetError {
  constructor(
    readonly what: string,
    readonly refusal: Fault,
  ) {
    const { code, remedy } = refusal;
    super('unavailable', `The dataset store cannot ${what}: ${remedy} (${code}).`, { code });
  }
}

/** The error as configuration has it, where configuration is to blame, or the store for what it cannot do. */
export function misconfigured(error: unknown): unknown {
  if (!(error instanceof S3Refusal)) return error;
  const { remedy, code, configured = false, unable = false } = error.refusal;
  if (configured) return new DatasetUrlError(`names a bucket that cannot be used: ${remedy} (${code}).`);
  return unable ? new DatasetUrlError(`names a store that cannot ${error.what}: ${remedy} (${code}).`) : error;
}

function faultOf(error: unknown): Fault | undefined {
  if (!(error instanceof Error)) return undefined;
  const status = statusOf(error);
  const names = [error.name, String(status)];
  for (const [table, configured] of [
    [CONFIGURED, true],
    [PASSING, false],
  ] as const) {
    for (const name of names) {
      const remedy = table.find(([pattern]) => pattern.test(name))?.[1];
      if (remedy !== undefined) return { code: safe(error.name, status), remedy, configured };
    }
  }
  if (status !== undefined) {
    // A conflict passes, and so does what the store itself got wrong.
    const unable = (status >= 400 && status < 500 && status !== 409) || status === 501;
    return { code: safe(error.name, status), remedy: 'it refused the request: check the store', unable };
  }
  if (error instanceof ProxyFailure) return { code: error.code, remedy: error.message };
  const network = networkFailureOf(error);
  if (network)
    return {
      code: network.kind === 'reset' ? 'ECONNRESET' : network.code,
      remedy: 'it cannot be reached: check the network, AWS_REGION and AWS_ENDPOINT_URL',
    };
  if (error.name === 'TimeoutError')
    return { code: 'timeout', remedy: 'it did not answer in time: check the network and AWS_ENDPOINT_URL' };
  return undefined;
}

function safe(name: string, status: number | undefined): string {
  return /^[A-Za-z][A-Za-z0-9]{0,63}$/.test(name) && name !== 'Error' ? name : String(status ?? 'unknown');
}
