import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { DatasetPlace, S3Access } from '../datasets/blobs/dataset-place.js';
import { DatasetUrlError, parseDatasetUrl } from '../datasets/blobs/open-dataset-url.js';
import type { Variables } from './environment.js';
import { readCertificates } from './files/certificates.js';
import { ConfigError } from './errors.js';
import { readNetwork } from './network.js';
import { homeOf } from './places.js';

export interface DatasetConfig {
  readonly place: DatasetPlace;
  /** How long what no undelivered run needs is kept after it was last written. */
  readonly retentionMs: number;
  /** The same of settled days of contacts. */
  readonly legRetentionMs: number;
}

/** Where datasets are, and how long they stay: `DATASET_URL`, `DATASET_RETENTION`, `LEG_RETENTION`, and for S3 the `AWS_*` names. */
export function readDatasets(variables: Variables): DatasetConfig {
  return {
    place: readPlace(variables),
    retentionMs: variables.get('DATASET_RETENTION'),
    legRetentionMs: variables.get('LEG_RETENTION'),
  };
}

function readPlace(variables: Variables): DatasetPlace {
  const url = variables.get('DATASET_URL') ?? pathToFileURL(join(homeOf(variables), 'datasets')).href;
  const named = asConfiguration(() => parseDatasetUrl(url));
  return named.kind === 'file' ? named : { ...named, access: readS3Access(variables), network: readNetwork(variables) };
}

/** Runs what may find that `DATASET_URL` cannot be used, and names the variable then. */
function asConfiguration<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw datasetUrlProblem(error);
  }
}

/** The configuration error of a {@link DatasetUrlError}; anything else as it is. */
export function datasetUrlProblem(error: unknown): unknown {
  return error instanceof DatasetUrlError ? new ConfigError('DATASET_URL', error.message) : error;
}

/** How to reach buckets: the `AWS_*` variables. */
export function readS3Access(variables: Variables): S3Access {
  const endpoint = variables.get('AWS_ENDPOINT_URL_S3') ?? variables.get('AWS_ENDPOINT_URL');
  const caFile = variables.get('AWS_CA_BUNDLE');
  const credentials = readCredentials(variables);
  return {
    region: variables.get('AWS_REGION'),
    pathStyle: variables.get('DATASET_PATH_STYLE') ?? endpoint !== undefined,
    ...(caFile !== undefined && { ca: readCertificates('AWS_CA_BUNDLE', caFile) }),
    ...(endpoint !== undefined && { endpoint }),
    ...(credentials && { credentials }),
  };
}

/** Both keys, or none: then the SDK looks for a profile or a role. Half of a pair is a mistake. */
function readCredentials({ get, need, isSet }: Variables): S3Access['credentials'] {
  if (!isSet('AWS_ACCESS_KEY_ID') && !isSet('AWS_SECRET_ACCESS_KEY')) return undefined;
  const sessionToken = get('AWS_SESSION_TOKEN');
  return {
    accessKeyId: need('AWS_ACCESS_KEY_ID'),
    secretAccessKey: need('AWS_SECRET_ACCESS_KEY'),
    ...(sessionToken !== undefined && { sessionToken }),
  };
}
