import { z } from 'zod';
import { accepted } from '../aggregate/request-checks.js';
import { parseWith } from '../../contract/request/request-schema.js';
import { runKeyOf } from '../../contract/values/ids.js';
import { boundedReport, type Report } from '../../contract/result/report.js';
import type { RunWindow } from '../../contract/request/request.js';
import type { RedeliverRequest } from '../../contract/result/result.js';
import type { AttemptSchedule, RunIdentity } from '../../contract/run.js';
import { requireOrganisation } from '../aggregate/places.js';
import { failure, invalidRequest } from '../failures.js';
import { cancellation } from '../interceptor.js';
import type { DeliveryLedger, Directory, FoundRevision } from '../../ports/index.js';

export interface RedeliveryPlan {
  readonly runKey: string;
  readonly deliveries: readonly PlannedRedelivery[];
  readonly org: string;
  readonly window: RunWindow;
  readonly queryId: string;
  readonly series: string | null;
  /** A filter of more than 1 KiB is null here. */
  readonly report: Report | null;
}

interface PlannedRedelivery {
  readonly deliveryId: string;
  readonly destination: string;
  readonly revision: number;
  /** As it is configured now. */
  readonly attempts: AttemptSchedule;
}

/** For a destination that is not configured any more: the one attempt says so. */
const ONCE: AttemptSchedule = { waitsMs: [0], jitterFromMs: 0, jitter: 0 };

const name = z.string().min(1).max(1_000);
const requestSchema = z.strictObject({
  workflowId: name.optional(),
  deliveryId: name.optional(),
  org: name.optional(),
  destination: name.optional(),
  revision: z
    .int()
    .min(1)
    .max(2 ** 31 - 1)
    .optional(),
  all: z.boolean().optional(),
});

function checkedRequest(request: unknown): RedeliverRequest {
  const { workflowId, deliveryId, org, destination, revision, all } = accepted(parseWith(requestSchema, request));
  return {
    ...(workflowId !== undefined && { workflowId }),
    ...(deliveryId !== undefined && { deliveryId }),
    ...(org !== undefined && { org }),
    ...(destination !== undefined && { destination }),
    ...(revision !== undefined && { revision }),
    ...(all !== undefined && { all }),
  };
}

/** Finds what is to be delivered again, from the ledger alone. Fails with `DeliveryNotFound` or `DeliverySuperseded`. */
export function planRedelivery(deps: { ledger: DeliveryLedger; directory: Directory }) {
  return async (input: {
    /** As it came: a start through Temporal is checked here first. */
    readonly request: unknown;
    readonly identity: RunIdentity;
  }): Promise<RedeliveryPlan> => {
    const request: RedeliverRequest = checkedRequest(input.request);
    const { org: only, workflowId, deliveryId, revision } = request;
    if ((workflowId === undefined) === (deliveryId === undefined)) {
      throw invalidRequest([{ path: 'workflowId', message: 'give either workflowId or deliveryId' }]);
    }
    const all = await deps.ledger.findAll(request, cancellation());
    const found = all.filter((each) => each.parts !== null && (only === undefined || each.org === only));
    const named = workflowId ?? `${deliveryId ?? ''}${revision === undefined ? '' : ` revision ${revision}`}`;
    const [first] = found;
    if (first === undefined) throw failure('DeliveryNotFound', `the ledger has no delivery of ${named}`);
    const current = found.filter((each) => !isSuperseded(each));
    if (current.length === 0) {
      throw failure(
        'DeliverySuperseded',
        `revision ${first.latestDelivered ?? 0} of the same window was delivered after it`,
      );
    }
    const { org, window, queryId, series, report } = first;
    requireOrganisation(deps.directory, org);
    return {
      runKey: runKeyOf(input.identity),
      deliveries: current.map(({ deliveryId: id, destination, revision: number }) => ({
        deliveryId: id,
        destination,
        revision: number,
        attempts: deps.directory.destination(org, destination)?.attempts ?? ONCE,
      })),
      org,
      window,
      queryId,
      series,
      report: report && boundedReport(report),
    };
  };
}

function isSuperseded({ revision, latestDelivered }: FoundRevision): boolean {
  return latestDelivered !== null && latestDelivered > revision;
}
