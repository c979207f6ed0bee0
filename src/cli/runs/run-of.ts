import type { JourneyMetricsClient, RunHandle } from '../../client.js';
import { UsageError } from '../program/errors.js';

/** What `runs` and `backfill` have in common. */
export type BackfillVerb = 'watch' | 'show' | 'cancel';

/** The run of an id, with its run id. Of a backfill's id says by which command it is asked for. @throws UsageError, or as `summary` does */
export async function runOf(client: JourneyMetricsClient, workflowId: string, verb: BackfillVerb): Promise<RunHandle> {
  try {
    const { runId } = await client.run(workflowId).summary();
    return client.run(workflowId, runId);
  } catch (error) {
    if (!(await isBackfill(client, workflowId))) throw error;
    throw new UsageError(
      `${workflowId} is a backfill, not a run: use \`journey-metrics backfill ${verb} ${workflowId}\``,
    );
  }
}

function isBackfill(client: JourneyMetricsClient, workflowId: string): Promise<boolean> {
  return client.backfills
    .get(workflowId)
    .summary()
    .then(
      () => true,
      () => false,
    );
}
