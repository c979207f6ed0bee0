import { read, type Env } from './environment.js';
import { findRunningDev } from './running-dev.js';

/** Organisation of requests that name none: `CXONE_ORG_ID`, else the one that a running `dev` works for. */
export function defaultOrg(env: Env): string | undefined {
  const named = read(env, 'CXONE_ORG_ID');
  if (named !== undefined) return named;
  // A Temporal elsewhere has nothing to do with the `dev` that happens to run here.
  const address = read(env, 'TEMPORAL_ADDRESS');
  const dev = findRunningDev(env);
  return address === undefined || address === dev?.temporal?.address ? (dev?.org ?? undefined) : undefined;
}
