import { datasetUrlProblem } from '../config/datasets.js';
import type { BlobStore } from '../datasets/blobs/blob-store.js';
import type { DatasetPlace } from '../datasets/blobs/dataset-place.js';
import { openBlobStore } from '../datasets/blobs/open-dataset-url.js';
import { createDatasetStore } from '../datasets/store/dataset-store.js';
import { Database } from '../records/postgres/database.js';
import { assertUsable, schemaVersion, type SchemaVersions } from '../records/postgres/migrate.js';

/** The rows: as blobs, and as datasets made of them. */
export interface OpenDatasets {
  readonly blobs: BlobStore;
  readonly datasets: ReturnType<typeof createDatasetStore>;
  readonly close: () => void;
}

/** Opens the dataset store; what is in it, and whether it can be used, is found out by using it. */
export async function openDatasets(place: DatasetPlace): Promise<OpenDatasets> {
  const blobs = await openBlobStore(place);
  return {
    blobs,
    datasets: createDatasetStore(blobs),
    close: () => {
      blobs.close();
    },
  };
}

/** The same, tried out first. Throws `ConfigError` where it can never be used. */
export async function openCheckedDatasets(place: DatasetPlace, signal: AbortSignal): Promise<OpenDatasets> {
  const opened = await openDatasets(place);
  try {
    await opened.blobs.check(signal);
    return opened;
  } catch (error) {
    opened.close();
    throw datasetUrlProblem(error);
  }
}

/** Opens the dataset store, works and closes it. */
export async function withDatasets<T>(place: DatasetPlace, work: (open: OpenDatasets) => Promise<T>): Promise<T> {
  const opened = await openDatasets(place);
  try {
    return await work(opened);
  } catch (error) {
    throw datasetUrlProblem(error);
  } finally {
    opened.close();
  }
}

/** Connects to the records, works and closes. The schema is the workers' to migrate; one that is too new is refused. */
export async function withDatabase<T>(
  url: string,
  work: (database: Database, signal: AbortSignal, schema: SchemaVersions) => Promise<T>,
): Promise<T> {
  const database = new Database({ url });
  // Each step has its deadline; Ctrl-C ends the process.
  const { signal } = new AbortController();
  try {
    const schema = await database.run('reading the schema version', signal, schemaVersion);
    assertUsable(database.where, schema);
    return await work(database, signal, schema);
  } finally {
    await database.close();
  }
}
