import { AdapterError } from '../../contract/adapter-error.js';
import { misconfigured } from '../blobs/s3/s3-fault.js';
import { errnoOf } from '../blobs/store-fault.js';
import { DatasetError } from '../store/dataset-error.js';

/** What a place of objects refused. */
class PlaceError extends AdapterError {
  override readonly name = 'PlaceError';
  readonly failureType = 'DatasetUnavailable';

  /** @param permanent no attempt will go better before somebody fixes the configuration */
  constructor(message: string, code: string, permanent: boolean) {
    super(message, { operation: 'store', code, facts: { permanent } });
  }
}

/** Of the disk: errors that only a person can fix. */
const CONFIGURED = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'ENAMETOOLONG', 'ELOOP']);

/** Runs one operation on a place, with its errors as {@link PlaceError}. A cancellation is rethrown as it is. */
export async function atPlace<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  signal.throwIfAborted();
  try {
    return await work();
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof DatasetError)) throw error;
    const code = error.details.code ?? 'unknown';
    const permanent = misconfigured(error) !== error || CONFIGURED.has(code);
    throw new PlaceError(ofPlace(error.message), code, permanent);
  }
}

/** The same sentence, about the place of a destination and not about the dataset store. */
function ofPlace(sentence: string): string {
  return sentence
    .replace(/^The dataset store cannot /, 'cannot ')
    .replace(/, or correct DATASET_URL/, ', or correct the URL of the destination')
    .replace(/that DATASET_URL names/, 'of the destination')
    .replace(/\.$/, '');
}

/** For what need not be there. */
export function isAbsent(error: unknown): boolean {
  return errnoOf(error) === 'ENOENT';
}
