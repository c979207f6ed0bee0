import type { Config } from '../../config/config.js';
import type { DatasetConfig } from '../../config/datasets.js';
import { withDatasets } from '../../composition/stores.js';
import { durationText } from '../../text/time-text.js';
import { checkOr, fail, ok, type Check } from './check.js';

const NAME = 'datasets';
const DEADLINE_MS = 15_000;

/** Whether the dataset store can be used, as it is configured here, by all the workers that there are. */
export async function examineDatasets(config: Config, hosts: readonly string[]): Promise<Check> {
  return checkOr(NAME, async () => {
    const datasets = config.datasets();
    await withDatasets(datasets.place, ({ blobs }) => blobs.check(AbortSignal.timeout(DEADLINE_MS)));
    return judgeSharing(datasets, hosts);
  });
}

/** A step goes on with the files of the step before it: on another host they are not there. */
export function judgeSharing({ place, retentionMs }: DatasetConfig, hosts: readonly string[]): Check {
  const kept = `kept for ${durationText(retentionMs)}`;
  if (place.kind === 's3') {
    const at = place.access.endpoint === undefined ? '' : ` at ${place.access.endpoint.origin}`;
    return ok(NAME, `bucket ${place.bucket}${at}${prefixText(place.prefix)}, ${kept}`);
  }
  const found = `files in ${place.path}`;
  if (hosts.length < 2) return ok(NAME, `${found}, ${kept}`);
  const remedy =
    'set DATASET_URL to s3://bucket/prefix for all workers, or run the workers of this task queue on one host';
  return fail(NAME, `${found}, and workers on ${hosts.length} hosts: ${hosts.join(', ')}`, remedy);
}

function prefixText(prefix: string): string {
  return prefix === '' ? '' : `, below ${prefix}`;
}
