import { createBuckets } from '../../calendar/buckets.js';
import { localOf, openZone } from '../../calendar/zone.js';
import type { DatasetRef, DerivedRef } from '../../contract/result/dataset.js';
import type { RunWindow, SourceQuery } from '../../contract/request/request.js';
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
    const from = { pages: deps.datasets.bodies(dataset, signal), query, keys, window, buckets, localOf: clocks() };
    let known: DerivedRef['facts'];
    const pages: StoredPage[] = [];
    let rows = 0;
    for await (const { body, columns, facts: ofRows } of source.derive(from, signal)) {
      const facts = { cursor: null, nextCursor: null, totalCount: null, truncated: false } as const;
      const page = { index: pages.length, queryId: dataset.queryId, rows: columns.rows, ...facts, body, columns };
      pages.push(await deps.datasets.putPage(take, page, signal));
      rows += columns.rows;
      known = ofRows ?? known;
      reportProgress({ pages: pages.length, rows });
    }
    const sealed = await deps.datasets.seal(take, pages, signal);
    const unnamed = dataset.unnamedQuery === true && ({ unnamedQuery: true } as const);
    return { ...sealed, ...unnamed, ...(known && { facts: known }) };
  };
}

/** What the clocks of a zone show, as if it were UTC. Zones are opened once: a million journeys ask for one. */
function clocks(): (instantMs: number, timeZone: string) => number {
  const zones = new Map<string, ReturnType<typeof openZone>>();
  return (instantMs, timeZone) => {
    const zone = zones.get(timeZone) ?? openZone(timeZone);
    if (zone === undefined) throw new RangeError(`"${timeZone}" is not a time zone`);
    zones.set(timeZone, zone);
    return localOf(instantMs, zone);
  };
}
