import type { DatasetRef } from '../../contract/result/dataset.js';
import type { SourceQuery } from '../../contract/request/request.js';
import type { RequestedKeys } from '../../domain/row-verification.js';
import type { DatasetStore, Directory, StoredPage, TakeKey } from '../../ports/index.js';
import { cancellation, reportProgress } from '../interceptor.js';
import { sourceAt, type SourcePlace } from './places.js';

export interface DeriveRowsInput extends SourcePlace {
  readonly runKey: string;
  /** The pages as they were read. */
  readonly dataset: DatasetRef;
  readonly query: SourceQuery;
  readonly keys: RequestedKeys;
}

/** Makes rows of the pages that were read, by the source's own rule. Those stay; what comes back names the rows. */
export function deriveRows(deps: { directory: Directory; datasets: DatasetStore }) {
  return async (input: DeriveRowsInput): Promise<DatasetRef> => {
    const signal = cancellation();
    const { runKey, dataset, query, keys } = input;
    const source = sourceAt(deps.directory, input);
    if (!source.derive) throw new Error(`the source ${input.source} derives nothing any more`);
    const take: TakeKey = { runKey, generation: 0, take: 0 };
    const from = { pages: deps.datasets.bodies(dataset, signal), query, keys };
    const pages: StoredPage[] = [];
    let rows = 0;
    for await (const { body, columns } of source.derive(from, signal)) {
      const facts = { cursor: null, nextCursor: null, totalCount: null, truncated: false } as const;
      const page = { index: pages.length, queryId: dataset.queryId, rows: columns.rows, ...facts, body, columns };
      pages.push(await deps.datasets.putPage(take, page, signal));
      rows += columns.rows;
      reportProgress({ pages: pages.length, rows });
    }
    const sealed = await deps.datasets.seal(take, pages, signal);
    return dataset.unnamedQuery ? { ...sealed, unnamedQuery: true } : sealed;
  };
}
