import { AdapterError } from '../../contract/adapter-error.js';
import type { SafeDetails } from '../../contract/adapter-error.js';
import type { FailureType } from '../../contract/failures.js';

const FAILURE_OF = {
  corrupt: 'DatasetCorrupt',
  expired: 'DatasetExpired',
  unavailable: 'DatasetUnavailable',
  /** Written by a newer version of the product: a worker of that version can still read it. */
  'unknown-version': 'DatasetUnavailable',
  malformed: 'MalformedResponse',
} as const satisfies Record<string, FailureType>;

type DatasetFault = keyof typeof FAILURE_OF;

/** The one error family of `datasets/`. `details.code` is the fault, or the system's own code (`ENOSPC`). */
export class DatasetError extends AdapterError {
  override readonly name = 'DatasetError';
  readonly failureType: FailureType;
  readonly fault: DatasetFault;

  /** @param message one sentence that names the blob, note or scope; never a path of the machine */
  constructor(
    fault: DatasetFault,
    message: string,
    details: Omit<SafeDetails, 'operation'> = {},
    options?: ErrorOptions,
  ) {
    super(message, { operation: 'store', code: fault, ...details }, options);
    this.fault = fault;
    this.failureType = FAILURE_OF[fault];
  }
}
