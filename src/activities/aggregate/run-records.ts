import { zoneClocks } from '../../calendar/zone.js';
import type { DatasetRef } from '../../contract/result/dataset.js';
import type { RunWindow } from '../../contract/request/request.js';
import type { DatasetStore, Directory, RecordGrain, RecordOf } from '../../ports/index.js';
import { sourceAt, type SourcePlace } from './places.js';

export interface RunRecordsInput extends SourcePlace {
  /** The pages as they were read: `RunState.dataset`. */
  readonly dataset: DatasetRef;
  readonly window: RunWindow;
}

/** The journeys of a run, or the contacts that begin in its window: undefined where its source has none. */
export function recordsOfRun<Grain extends RecordGrain>(
  deps: { readonly directory: Directory; readonly datasets: Pick<DatasetStore, 'bodies'> },
  grain: Grain,
  { dataset, window, ...place }: RunRecordsInput,
  signal: AbortSignal,
): AsyncIterable<RecordOf<Grain>> | undefined {
  const source = sourceAt(deps.directory, place);
  const pages: AsyncIterable<Uint8Array> = {
    [Symbol.asyncIterator]: () => deps.datasets.bodies(dataset, signal)[Symbol.asyncIterator](),
  };
  return source.records?.(grain, { pages, window, localOf: zoneClocks() }, signal);
}
