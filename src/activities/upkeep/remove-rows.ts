import { cancellation } from '../interceptor.js';
import type { DatasetStore } from '../../ports/index.js';

/** Deletes what a run has stored, for one that was cancelled before anything of it could be delivered. */
export function removeRows(deps: { readonly datasets: DatasetStore }) {
  return ({ runKey }: { readonly runKey: string }): Promise<void> =>
    deps.datasets.remove(`runs/${runKey}`, cancellation());
}
