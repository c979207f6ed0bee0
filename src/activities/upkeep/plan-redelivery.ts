import { runKeyOf } from '../../contract/ids.js';
import { boundedReport, type Report } from '../../contract/result/report.js';
import type { RunWindow } from '../../contract/request/request.js';
import type { RedeliverRequest } from '../../contract/result/result.js';
import type { AttemptSchedule, RunIdentity } from '../../contract/run.js';
import { failure, invalidRequest } from '../failures.js';
import { cancellation } from '../interceptor.js';
import type { DeliveryLedger, Directory } from '../../ports/index.js';

export interface RedeliveryPlan {
  readonly runKey: string;
  readonly deliveryId: string;
  readonly revision: number;
  readonly org: string;
  readonly window: RunWindow;
  readonly queryId: string;
  readonly series: string | null;
  /** A filter of more than 1 KiB is null here. */
  readonly report: Report | null;
  /** As it is configured now. */
  readonly attempts: AttemptSchedule;
}

/** For a destination that is not configured any more: the one attempt says so. */
const ONCE: AttemptSchedule = { waitsMs: [0], jitterFromMs: 0, jitter: 0 };

/** Finds what is to be delivered again, from the ledger alone. Fails with `DeliveryNotFound` or `DeliverySuperseded`. */
export function planRedelivery(deps: { ledger: DeliveryLedger; directory: Directory }) {
  return async (input: {
    readonly request: RedeliverRequest;
    readonly identity: RunIdentity;
  }): Promise<RedeliveryPlan> => {
    const { workflowId, deliveryId, revision } = input.request;
    if ((workflowId === undefined) === (deliveryId === undefined)) {
      throw invalidRequest([{ path: 'workflowId', message: 'give either workflowId or deliveryId' }]);
    }
    const found = await deps.ledger.find(input.request, cancellation());
    const named = workflowId ?? `${deliveryId ?? ''}${revision === undefined ? '' : ` revision ${revision}`}`;
    if (found?.parts == null) throw failure('DeliveryNotFound', `the ledger has no delivery of ${named}`);
    if (found.latestDelivered !== null && found.latestDelivered > found.revision) {
      throw failure(
        'DeliverySuperseded',
        `revision ${found.latestDelivered} of the same window was delivered after it`,
      );
    }
    const { org, window, queryId, series, report } = found;
    return {
      runKey: runKeyOf(input.identity),
      deliveryId: found.deliveryId,
      revision: found.revision,
      org,
      window,
      queryId,
      series,
      report: report && boundedReport(report),
      attempts: deps.directory.destination(found.destination)?.attempts ?? ONCE,
    };
  };
}
