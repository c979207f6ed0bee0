import { datasetUrlProblem, readDatasets, type DatasetConfig } from '../../config/datasets.js';
import type { Env } from '../../config/environment.js';
import type { DatasetPlace } from '../../datasets/blobs/dataset-place.js';
import { openBlobStore } from '../../datasets/blobs/open-dataset-url.js';
import type { Scrubber } from '../../observability/log.js';
import { durationText } from '../../text/time-text.js';
import { checkOr, fail, ok, type Check } from './check.js';

const NAME = 'datasets';
const DEADLINE_MS = 15_000;

/** Whether the dataset store can be used, as it is configured here, by all the workers that there are. */
export async function examineDatasets(env: Env, hosts: readonly string[], { learn }: Scrubber): Promise<Check> {
  return checkOr(NAME, async () => {
    const config = readDatasets(env);
    if (config.place.kind === 's3') learn(config.place.access.credentials?.secretAccessKey ?? '');
    await tryOut(config.place);
    return judgeSharing(config, hosts);
  });
}

async function tryOut(place: DatasetPlace): Promise<void> {
  const blobs = await openBlobStore(place);
  try {
    await blobs.check(AbortSignal.timeout(DEADLINE_MS));
  } catch (error) {
    throw datasetUrlProblem(error);
  } finally {
    blobs.close();
  }
}

/** A step goes on with the files of the step before it: on another host they are not there. */
export function judgeSharing({ place, retentionMs }: DatasetConfig, hosts: readonly string[]): Check {
  const kept = `kept for ${durationText(retentionMs)}`;
  if (place.kind === 's3') return ok(NAME, `bucket ${place.bucket}${prefixText(place.prefix)}, ${kept}`);
  const found = `files in ${place.path}`;
  if (hosts.length < 2) return ok(NAME, `${found}, ${kept}`);
  const remedy =
    'set DATASET_URL to s3://bucket/prefix for all of them, or run the workers of this task queue on one host';
  return fail(NAME, `${found}, and workers on ${hosts.length} hosts: ${hosts.join(', ')}`, remedy);
}

function prefixText(prefix: string): string {
  return prefix === '' ? '' : `, below ${prefix}`;
}
