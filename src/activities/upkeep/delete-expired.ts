import type { ExpireResult } from '../../contract/result/result.js';
import { cancellation, reportProgress } from '../interceptor.js';
import type { DatasetRetention } from '../../ports/index.js';

/** Deletes the rows and payloads that are old and that nothing undelivered needs. Goes on where an attempt ended. */
export function deleteExpired({ retention }: { readonly retention: DatasetRetention }) {
  return (): Promise<ExpireResult> =>
    retention.deleteExpired(cancellation(), (deleted) => {
      reportProgress({ deleted });
    });
}
