import { checkAudit } from './upkeep/check-audit.js';
import { findLate } from './alerts/find-late.js';
import { noteStopped } from './backfill/note-stopped.js';
import { pauseFailing } from './alerts/pause-failing.js';
import { handOverAlerts, receiversOfAlert, tellReceiver, waitingAlerts } from './alerts/tell.js';
import { abortQuery } from './aggregate/query/abort-query.js';
import { deleteExpired } from './upkeep/delete-expired.js';
import { deriveRows, type DeriveRowsInput } from './aggregate/derive-rows.js';
import { cancellation } from './interceptor.js';
import { fetchToken } from './aggregate/query/fetch-token.js';
import { halveSlice } from './backfill/halve-slice.js';
import { noteSchedules } from './upkeep/note-schedules.js';
import { planRedelivery } from './upkeep/plan-redelivery.js';
import { planRun } from './aggregate/plan-run.js';
import { planSlices } from './backfill/plan-slices.js';
import { pollResult, type PollResultInput } from './aggregate/query/poll-result.js';
import type * as ports from '../ports/index.js';
import { removeRows } from './upkeep/remove-rows.js';
import { reconcileRuns } from './upkeep/reconcile-runs.js';
import { submitQuery } from './aggregate/query/submit-query.js';
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
  readonly shapes: ports.RowShapes;
  readonly submissions: ports.Submissions;
  readonly gate: ports.Gate;
  readonly memory: ports.MemoryTurns;
  readonly ledger: ports.DeliveryLedger;
  readonly sent: ports.SentRevisions;
  readonly audit: ports.AuditTrail;
  /** The first bad entry of the whole trail; undefined where there is none. */
  readonly auditProblem: (
    signal: AbortSignal,
  ) => Promise<{ readonly seq: number; readonly problem: string } | undefined>;
  readonly alerts: ports.AlertRecords;
  readonly receivers: ports.AlertReceivers;
  readonly coverage: Pick<ports.CoverageRecords, 'read'>;
  readonly meter: ports.Meter;
  readonly runDirectory: ports.RunDirectory;
  readonly scheduleDirectory: ports.ScheduleDirectory;
  readonly expectations: ports.ExpectationRecords;
  readonly retention: ports.DatasetRetention;
  /** Takes secrets out of a text. */
  readonly scrub: (text: string) => string;
}

/** The activities under the names by which the workflows call them. */
// eslint-disable-next-line @typescript-eslint/explicit-module-boundary-types -- the inferred type is the contract with the workflows
export function createActivities(deps: ActivityDependencies) {
  const { memory } = deps;
  const poll = pollResult(deps);
  const derive = deriveRows(deps);
  return {
    planRun: planRun(deps),
    fetchToken: fetchToken(deps),
    submitQuery: submitQuery(deps),
    pollResult: (input: PollResultInput) => memory.holdPage(() => poll(input)),
    abortQuery: abortQuery(deps),
    deriveRows: (input: DeriveRowsInput) => memory.inTurn(() => derive(input), cancellation()),
    transform: transform(deps),
    syncWebhook: syncWebhook(deps),
    writeAudit: writeAudit(deps),
    planRedelivery: planRedelivery(deps),
    reconcileRuns: reconcileRuns({ ...deps, directory: deps.runDirectory }),
    deleteExpired: deleteExpired(deps),
    removeRows: removeRows(deps),
    noteSchedules: noteSchedules({ ...deps, schedules: deps.scheduleDirectory }),
    waitingAlerts: waitingAlerts(deps),
    handOverAlerts: handOverAlerts(deps),
    receiversOfAlert: receiversOfAlert(deps),
    tellReceiver: tellReceiver(deps),
    findLate: findLate(deps),
    pauseFailing: pauseFailing({ ...deps, schedules: deps.scheduleDirectory }),
    checkAudit: checkAudit(deps),
    noteStopped: noteStopped(deps),
    planSlices: planSlices(deps),
    halveSlice,
  };
}

export type Activities = ReturnType<typeof createActivities>;
