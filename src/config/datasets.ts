import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseDuration } from '../contract/duration.js';
import type { DatasetPlace, S3Access } from '../datasets/blobs/dataset-place.js';
import { DatasetUrlError, parseDatasetUrl } from '../datasets/blobs/open-dataset-url.js';
import { checked, ConfigError, read, required, type Env } from './environment.js';
import { homeOf } from './places.js';

export interface DatasetConfig {
  readonly place: DatasetPlace;
  /** How long what no undelivered run needs is kept after it was last written. */
  readonly retentionMs: number;
}

const REGION = /^[a-z0-9-]{1,64}$/;

/** Where datasets are, and how long they stay: `DATASET_URL`, `DATASET_RETENTION`, and for S3 the `AWS_*` names. */
export function readDatasets(env: Env): DatasetConfig {
  return { place: readPlace(env), retentionMs: readRetention(env) };
}

function readPlace(env: Env): DatasetPlace {
  const url = read(env, 'DATASET_URL') ?? pathToFileURL(join(homeOf(env), 'datasets')).href;
  const named = asConfiguration(() => parseDatasetUrl(url));
  return named.kind === 'file' ? named : { ...named, access: readAccess(env) };
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

function readAccess(env: Env): S3Access {
  const endpoint = read(env, 'AWS_ENDPOINT_URL');
  const credentials = readCredentials(env);
  const pathStyle = read(env, 'DATASET_PATH_STYLE') ?? (endpoint === undefined ? '0' : '1');
  if (pathStyle !== '0' && pathStyle !== '1') throw new ConfigError('DATASET_PATH_STYLE', 'must be 0 or 1');
  return {
    region: readRegion(env),
    pathStyle: pathStyle === '1',
    ...(endpoint !== undefined && { endpoint: checked('AWS_ENDPOINT_URL', () => endpointOf(endpoint)) }),
    ...(credentials && { credentials }),
  };
}

function readRegion(env: Env): string {
  const region = read(env, 'AWS_REGION') ?? 'us-east-1';
  if (!REGION.test(region)) throw new ConfigError('AWS_REGION', 'must be the name of a region, like eu-central-1');
  return region;
}

/** Both keys, or none: then the SDK looks for a profile or a role. Half of a pair is a mistake. */
function readCredentials(env: Env): S3Access['credentials'] {
  const accessKeyId = read(env, 'AWS_ACCESS_KEY_ID');
  if (accessKeyId === undefined && read(env, 'AWS_SECRET_ACCESS_KEY') === undefined) return undefined;
  const sessionToken = read(env, 'AWS_SESSION_TOKEN');
  return {
    accessKeyId: required(env, 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY is, and is of no use without it'),
    secretAccessKey: required(env, 'AWS_SECRET_ACCESS_KEY', 'the secret of AWS_ACCESS_KEY_ID'),
    ...(sessionToken !== undefined && { sessionToken }),
  };
}

function endpointOf(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '' && url.search === '')
    return url;
  throw new TypeError('write an http or https address without user or query, like https://s3.example.com');
}

function readRetention(env: Env): number {
  const ms = parseDuration(read(env, 'DATASET_RETENTION') ?? '30 days');
  if (ms === undefined) throw new ConfigError('DATASET_RETENTION', 'must be a duration like "30 days"');
  return ms;
}
