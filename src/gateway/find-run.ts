import { JourneyMetricsError, type JourneyMetricsClient, type RunHandle, type RunSummary } from '../client.js';
import { maySee, type Principal } from './principal.js';
import { GatewayProblem, runNotFound } from './problem.js';

export interface FoundRun {
  readonly run: RunHandle;
  readonly summary: RunSummary;
}

/** A run that the principal may see. Another organisation's is answered as if there were none. */
export async function findRun(
  client: Pick<JourneyMetricsClient, 'run'>,
  principal: Principal,
  workflowId: string,
): Promise<FoundRun> {
  const run = client.run(workflowId);
  const summary = await run.summary().catch((error: unknown) => {
    throw error instanceof JourneyMetricsError && error.type === 'RunNotFound' ? runNotFound(workflowId) : error;
  });
  if (!maySee(principal, summary.org)) throw runNotFound(workflowId);
  return { run, summary };
}

/** The same, of a run that can still be told something. */
export async function findOpenRun(...wanted: Parameters<typeof findRun>): Promise<FoundRun> {
  const found = await findRun(...wanted);
  const { workflowId, state } = found.summary;
  if (state === 'running') return found;
  throw new GatewayProblem('RunHasEnded', `the run is not under way any more: it is ${state}`, { workflowId });
}
