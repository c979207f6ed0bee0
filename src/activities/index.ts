import { abortQuery } from './aggregate/abort-query.js';
import { deleteExpired } from './upkeep/delete-expired.js';
import { deriveRows } from './aggregate/derive-rows.js';
import { fetchToken } from './aggregate/fetch-token.js';
import { halveSlice } from './backfill/halve-slice.js';
import { planRedelivery } from './upkeep/plan-redelivery.js';
import { planRun } from './aggregate/plan-run.js';
import { planSlices } from './backfill/plan-slices.js';
import { pollResult } from './aggregate/poll-result.js';
import type * as ports from '../ports/index.js';
import { removeRows } from './upkeep/remove-rows.js';
import { reconcileRuns } from './upkeep/reconcile-runs.js';
import { submitQuery } from './aggregate/submit-query.js';
import { syncWebhook } from './aggregate/sync-webhook.js';
import { transform } from './aggregate/transform.js';
import { writeAudit } from './aggregate/write-audit.js';

/** Everything that the activities need of the world. */
export interface ActivityDependencies {
  readonly ambient: ports.Ambient;
  readonly directory: ports.Directory;
  readonly datasets: ports.DatasetStore;
  readonly pipeline: ports.RowPipeline;
  readonly runs: ports.RunRecords;
  readonly submissions: ports.Submissions;
  readonly gate: ports.Gate;
  readonly ledger: ports.DeliveryLedger;
  readonly sent: ports.SentRevisions;
  readonly audit: ports.AuditTrail;
  readonly runDirectory: ports.RunDirectory;
  readonly retention: ports.DatasetRetention;
  /** Takes secrets out of a text. */
  readonly scrub: (text: string) => string;
}

/** The activities under the names by which the workflows call them. */
// eslint-disable-next-line @typescript-eslint/explicit-module-boundary-types -- the inferred type is the contract with the workflows
export function createActivities(deps: ActivityDependencies) {
  return {
    planRun: planRun(deps),
    fetchToken: fetchToken(deps),
    submitQuery: submitQuery(deps),
    pollResult: pollResult(deps),
    abortQuery: abortQuery(deps),
    deriveRows: deriveRows(deps),
    transform: transform(deps),
    syncWebhook: syncWebhook(deps),
    writeAudit: writeAudit(deps),
    planRedelivery: planRedelivery(deps),
    reconcileRuns: reconcileRuns({ ...deps, directory: deps.runDirectory }),
    deleteExpired: deleteExpired(deps),
    removeRows: removeRows(deps),
    planSlices: planSlices(deps),
    halveSlice,
  };
}

export type Activities = ReturnType<typeof createActivities>;
