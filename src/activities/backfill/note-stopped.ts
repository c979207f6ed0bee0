import type { RunIdentity } from '../../contract/run.js';
import type { AlertRecords, Ambient } from '../../ports/index.js';
import { cancellation } from '../interceptor.js';

export interface StoppedBackfill {
  readonly identity: RunIdentity;
  readonly org: string;
  readonly failed: number;
  readonly waiting: number;
  readonly total: number;
}

/** Tells of a backfill that ended without all of its windows: nothing else of it is in the records. */
export function noteStopped({
  ambient,
  alerts,
}: {
  readonly ambient: Ambient;
  readonly alerts: Pick<AlertRecords, 'raise'>;
}) {
  return async ({ identity, org, failed, waiting, total }: StoppedBackfill): Promise<void> => {
    const { workflowId, firstExecutionRunId } = identity;
    const left = waiting === 0 ? '' : `, and ${waiting} were not started`;
    await alerts.raise(
      {
        event: 'backfill.stopped',
        key: [workflowId, firstExecutionRunId],
        org,
        what: `The backfill ${workflowId} of ${org} ended incomplete: ${failed} of ${total} slices failed or were not delivered${left}`,
        about: { workflowId },
        fold: [org, workflowId],
      },
      new Date(ambient.now()).toISOString(),
      cancellation(),
    );
  };
}
