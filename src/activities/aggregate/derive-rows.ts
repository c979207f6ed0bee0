import { createBuckets } from '../../calendar/buckets.js';
import { zoneClocks } from '../../calendar/zone.js';
import type { DatasetRef, DerivedRef } from '../../contract/result/dataset.js';
import type { RunWindow, SourceQuery } from '../../contract/request/request.js';
import type { RequestedKeys } from '../../domain/row-verification.js';
import type { DatasetStore, DerivedPage, Directory, StoredPage, TakeKey } from '../../ports/index.js';
import { cancellation, reportProgress } from '../interceptor.js';
import { sourceAt, type SourcePlace } from './places.js';

export interface DeriveRowsInput extends SourcePlace {
  readonly runKey: string;
  /** The pages as they were read. */
  readonly dataset: DatasetRef;
  readonly query: SourceQuery;
  readonly keys: RequestedKeys;
  readonly window: RunWindow;
}

/** Makes rows of the pages that were read, by the source's own rule. Those stay; what comes back names the rows. */
export function deriveRows(deps: { directory: Directory; datasets: DatasetStore }) {
  return async (input: DeriveRowsInput): Promise<DerivedRef> => {
    const signal = cancellation();
    const { runKey, dataset, query, keys, window } = input;
    const source = sourceAt(deps.directory, input);
    if (!source.derive) throw new Error(`the source ${input.source} derives nothing any more`);
    const take: TakeKey = { runKey, generation: 0, take: 0 };
    const buckets = createBuckets({ window, timeGroupBy: query.timeGroupBy });
    const from = { pages: deps.datasets.bodies(dataset, signal), query, keys, window, buckets, localOf: zoneClocks() };
    let found: Pick<DerivedPage, 'facts' | 'details'> = {};
    const pages: StoredPage[] = [];
    let rows = 0;
    for await (const { body, columns, ...beside } of source.derive(from, signal)) {
      const facts = { cursor: null, nextCursor: null, totalCount: null, truncated: false } as const;
      const page = { index: pages.length, queryId: dataset.queryId, rows: columns.rows, ...facts, body, columns };
      pages.push(await deps.datasets.putPage(take, page, signal));
      rows += columns.rows;
      found = { ...found, ...beside };
      reportProgress({ pages: pages.length, rows });
    }
    const sealed = await deps.datasets.seal(take, pages, signal);
    const unnamed = dataset.unnamedQuery === true && ({ unnamedQuery: true } as const);
    const { facts, details } = found;
    const kept = details && { details: await deps.datasets.put(scopeOf(runKey), jsonBytes(details), signal) };
    return { ...sealed, ...unnamed, ...(facts && { facts }), made: { dataset, ...kept } };
  };
}

const scopeOf = (runKey: string): string => `runs/${runKey}`;

function jsonBytes(value: object): Uint8Array {
  return Buffer.from(JSON.stringify(value));
}
