import type { Variables } from './environment.js';
import { ConfigError } from './errors.js';

/** Which version of the program a worker is, where Temporal routes runs by version. */
export interface Versioning {
  readonly deploymentName: string;
  readonly buildId: string;
  /** `pinned`: a run stays with the version that began it. */
  readonly behavior: 'auto-upgrade' | 'pinned';
}

/** Undefined without the two names: then runs go to any worker, as they always did. */
export function readVersioning({ get }: Variables): Versioning | undefined {
  const [deploymentName, buildId] = [get('TEMPORAL_DEPLOYMENT_NAME'), get('TEMPORAL_WORKER_BUILD_ID')];
  const behavior = get('WORKER_VERSIONING');
  if (deploymentName !== undefined && buildId !== undefined) {
    return { deploymentName, buildId, behavior: behavior ?? 'auto-upgrade' };
  }
  const set = deploymentName === undefined ? 'TEMPORAL_WORKER_BUILD_ID' : 'TEMPORAL_DEPLOYMENT_NAME';
  const missing = deploymentName === undefined ? 'TEMPORAL_DEPLOYMENT_NAME' : 'TEMPORAL_WORKER_BUILD_ID';
  if (deploymentName !== undefined || buildId !== undefined) {
    throw new ConfigError(missing, `is not set, and ${set} is nothing without it`);
  }
  if (behavior === undefined) return undefined;
  throw new ConfigError('WORKER_VERSIONING', 'is set, and TEMPORAL_DEPLOYMENT_NAME is not: set both, or neither');
}
