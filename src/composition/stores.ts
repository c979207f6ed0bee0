import { datasetUrlProblem } from '../config/datasets.js';
import { ConfigError } from '../config/errors.js';
import type { BlobStore } from '../datasets/blobs/blob-store.js';
import type { DatasetPlace } from '../datasets/blobs/dataset-place.js';
import { openBlobStore } from '../datasets/blobs/open-dataset-url.js';
import { createDatasetStore } from '../datasets/store/dataset-store.js';
import { Database } from '../records/postgres/database.js';
import { RecordsError } from '../records/postgres/errors.js';
import { schemaVersion } from '../records/postgres/migrate.js';

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

/** Versions of the schema: in the database (0: none yet), and of this program. */
type SchemaVersions = Awaited<ReturnType<typeof schemaVersion>>;

/** Connects to the records, works and closes. The schema is the workers' to migrate. */
export async function withDatabase<T>(
  url: string,
  work: (database: Database, signal: AbortSignal, schema: SchemaVersions) => Promise<T>,
): Promise<T> {
  const database = openDatabase(url);
  // Each step has its deadline; Ctrl-C ends the process.
  const { signal } = new AbortController();
  try {
    return await work(database, signal, await database.run('reading the schema version', signal, schemaVersion));
  } finally {
    await database.close();
  }
}

function openDatabase(url: string): Database {
  try {
    return new Database({ url });
  } catch (error) {
    if (!(error instanceof RecordsError)) throw error;
    throw new ConfigError('DATABASE_URL', 'is not a Postgres URL: write postgres://user:password@host:port/database');
  }
}
