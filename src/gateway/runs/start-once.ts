import { createHash } from 'node:crypto';
import { resolveRequest, type RequestDefaults } from '../../client/runs/resolve-request.js';
import { JourneyMetricsError, type AggregateRequest, type JourneyMetricsClient, type RunHandle } from '../../client.js';
import { canonicalJson } from '../../contract/values/json.js';
import { requireOrg } from '../access/access.js';
import type { ClaimedKey, IdempotencyKeys, KeyClaim } from '../../ports/index.js';
import type { Principal } from '../../keys/principal.js';
import { GatewayProblem } from '../http/problem.js';

export interface Starting {
  readonly client: Pick<JourneyMetricsClient, 'start' | 'run'>;
  readonly idempotencyKeys: IdempotencyKeys;
  readonly defaults: RequestDefaults;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

export interface Order {
  readonly principal: Principal;
  readonly body: unknown;
  /** `Idempotency-Key`. */
  readonly key: string | undefined;
}

export interface StartedRun {
  readonly run: RunHandle;
  readonly runId: string;
  /** It had ended before it was asked for: what it answers is no new reading. */
  readonly stored: boolean;
}

/** Starts the run of a request, or finds the one that it has. With a key it is the run that the key was first used for. */
export async function startOnce(starting: Starting, { principal, body, key }: Order): Promise<StartedRun> {
  const atMs = starting.now();
  const resolved = resolveRequest(body, starting.defaults, atMs);
  const { request, org } = resolved;
  requireOrg(principal, org);
  if (key === undefined) return start(starting, request, principal.id);
  return startForKey(starting, {
    principal: principal.id,
    key,
    bodyHash: createHash('sha256').update(canonicalJson(body)).digest('hex'),
    workflowId: resolved.workflowId(),
    request: JSON.stringify(request),
    at: new Date(atMs).toISOString(),
  });
}

async function startForKey(starting: Starting, claim: KeyClaim): Promise<StartedRun> {
  const { client, idempotencyKeys } = starting;
  // Every step of the records has its deadline; and a claim whose client has gone is not given up half-way.
  const { signal } = new AbortController();
  const claimed = await idempotencyKeys.claim(claim, signal);
  const { bodyHash, workflowId, runId, request, isNew } = claimed;
  if (bodyHash !== claim.bodyHash) {
    const detail = 'this Idempotency-Key was used with another body: send the same body, or use another key';
    throw new GatewayProblem('IdempotencyKeyReused', detail);
  }
  if (runId !== null) return found(client, workflowId, runId);
  const left = isNew ? undefined : await runOfClaim(client, claimed);
  // We wrote it: see `startOnce`.
  const stored = JSON.parse(request ?? claim.request) as AggregateRequest;
  const started = left ?? (await start(starting, stored, claim.principal));
  await idempotencyKeys.settle(claim, started.runId, signal);
  return started;
}

async function start(
  { client }: Pick<Starting, 'client'>,
  request: AggregateRequest,
  requester: string,
): Promise<StartedRun> {
  const run = await client.start(request, { requester });
  return { run, runId: run.runId ?? (await run.summary()).runId, stored: run.runId === undefined };
}

async function found(client: Starting['client'], workflowId: string, runId: string): Promise<StartedRun> {
  const run = client.run(workflowId, runId);
  // Temporal may have forgotten it: what it is asked for next says so.
  const summary = await run.summary().catch(() => undefined);
  return { run, runId, stored: summary !== undefined && summary.state !== 'running' };
}

/**
 * The run of a claim whose gateway died before it could write down which one it was: whatever was started under this
 * id since. Starting again instead would run a request twice that has failed meanwhile.
 */
async function runOfClaim(
  client: Starting['client'],
  { workflowId, claimedAt }: ClaimedKey,
): Promise<StartedRun | undefined> {
  try {
    const { runId, startedAt, state } = await client.run(workflowId).summary();
    if (Date.parse(startedAt) < Date.parse(claimedAt)) return undefined;
    return { run: client.run(workflowId, runId), runId, stored: state !== 'running' };
  } catch (error) {
    if (error instanceof JourneyMetricsError && error.type === 'RunNotFound') return undefined;
    throw error;
  }
}
