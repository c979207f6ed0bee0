import { read, type Env } from './environment.js';
import { findRunningDev, type RunningDev } from './running-dev.js';
import type { TemporalConfig } from './temporal.js';

/** A run in the Temporal UI; undefined where none is known. */
export type RunUrl = (workflowId: string, runId: string) => string | undefined;

/** Of `TEMPORAL_UI_URL`, else of the `dev` that runs here. */
export function runUrls(env: Env, { address, namespace }: TemporalConfig): RunUrl {
  const dev: RunningDev['temporal'] = findRunningDev(env)?.temporal;
  const ui = read(env, 'TEMPORAL_UI_URL') ?? (dev?.address === address ? dev.uiUrl : undefined);
  return (workflowId, runId) => {
    if (ui == null) return undefined;
    const path = ['namespaces', namespace, 'workflows', workflowId, runId].map(encodeURIComponent).join('/');
    return `${ui.replace(/\/+$/, '')}/${path}`;
  };
}
