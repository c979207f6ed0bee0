import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Variables } from './environment.js';
import { ConfigError } from './errors.js';
import { learnUrl } from './files/url-secrets.js';

const stackFileSchema = z.object({
  temporal: z.object({ address: z.string(), namespace: z.string(), uiUrl: z.string().nullish() }).nullish(),
  database: z.object({ url: z.string() }).nullish(),
  gateway: z.object({ url: z.string() }).nullish(),
  /** The organisation that `dev` works for. */
  org: z.string().nullish(),
});

/** Where a running `npm run dev` (or a kept demo) is: its `stack.json`. */
export type RunningDev = z.infer<typeof stackFileSchema>;

/** Undefined when none runs on this home, or its file cannot be read. */
export function findRunningDev(home: string): RunningDev | undefined {
  try {
    return stackFileSchema.parse(JSON.parse(readFileSync(join(home, 'stack.json'), 'utf8')));
  } catch {
    return undefined;
  }
}

/** The Postgres of the records: `DATABASE_URL`, else the one of a running `dev`. The URL holds the password. */
export function readDatabaseUrl(variables: Variables, dev: () => RunningDev | undefined): string {
  const url = variables.get('DATABASE_URL') ?? dev()?.database?.url;
  if (url === undefined) {
    throw new ConfigError(
      'DATABASE_URL',
      'is not set, and `npm run dev` is not running with this JOURNEY_METRICS_HOME: start it, or set the variable',
    );
  }
  learnUrl(url, variables.learn);
  return url;
}

/** Organisation of requests that name none: `CXONE_ORG_ID`, else the one that a running `dev` works for. */
export function readDefaultOrg(variables: Variables, dev: () => RunningDev | undefined): string | undefined {
  const named = variables.get('CXONE_ORG_ID');
  if (named !== undefined) return named;
  // A Temporal elsewhere has nothing to do with the `dev` that happens to run here.
  const address = variables.get('TEMPORAL_ADDRESS');
  const running = dev();
  return address === undefined || address === running?.temporal?.address ? (running?.org ?? undefined) : undefined;
}

/** The page of a run, at the gateway of the `dev` that runs here; undefined where Temporal is elsewhere. */
export function readPageUrl(
  dev: () => RunningDev | undefined,
  { address }: { readonly address: string },
): (workflowId: string) => string | undefined {
  const running = dev();
  const gateway = running?.temporal?.address === address ? running.gateway : undefined;
  return (workflowId) => (gateway == null ? undefined : `${gateway.url}/runs/${encodeURIComponent(workflowId)}/report`);
}

/** A run in the Temporal UI; undefined where none is known. */
export type RunUrl = (workflowId: string, runId: string) => string | undefined;

/** Of `TEMPORAL_UI_URL`, else of the `dev` that runs here. */
export function readRunUrl(
  variables: Variables,
  dev: () => RunningDev | undefined,
  { address, namespace }: { readonly address: string; readonly namespace: string },
): RunUrl {
  const running: RunningDev['temporal'] = dev()?.temporal;
  const ui = variables.get('TEMPORAL_UI_URL') ?? (running?.address === address ? running.uiUrl : undefined);
  return (workflowId, runId) => {
    if (ui == null) return undefined;
    const path = ['namespaces', namespace, 'workflows', workflowId, runId].map(encodeURIComponent).join('/');
    return `${ui.replace(/\/+$/, '')}/${path}`;
  };
}
