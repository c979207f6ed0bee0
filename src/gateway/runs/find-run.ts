import { JourneyMetricsError, type JourneyMetricsClient, type RunHandle, type RunSummary } from '../../client.js';
import { maySee, type Principal } from '../../keys/principal.js';
import { GatewayProblem, runNotFound } from '../http/problem.js';

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
    throw isNotFound(error) ? runNotFound(workflowId) : error;
  });
  if (!maySee(principal, summary.org)) throw runNotFound(workflowId);
  return { run, summary };
}

/** Tells a run something, which one that has ended hears no more. */
export async function tellRun({ run, summary }: FoundRun, message: 'cancel' | 'pollNow'): Promise<void> {
  if (summary.state !== 'running') throw hasEnded(summary);
  await run[message]().catch((error: unknown) => {
    // It was there when it was looked for.
    throw isNotFound(error) ? hasEnded(summary) : error;
  });
}

function hasEnded({ workflowId }: RunSummary): GatewayProblem {
  return new GatewayProblem('RunHasEnded', 'the run is no longer active', { workflowId });
}

function isNotFound(error: unknown): boolean {
  return error instanceof JourneyMetricsError && error.type === 'RunNotFound';
}
