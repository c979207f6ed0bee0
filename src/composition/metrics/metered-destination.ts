import type { Meter, PartAnswer, RowsOfRevision } from '../../ports/index.js';
import type { OpenDestination } from '../destinations.js';

/** Times each exchange with a destination. */
export function meteredDestination(
  destination: OpenDestination,
  { meter, name, now }: { readonly meter: Meter; readonly name: string; readonly now: () => number },
): OpenDestination {
  const timed = async (exchange: () => Promise<PartAnswer>): Promise<PartAnswer> => {
    const startedMs = now();
    const answer = await exchange();
    const outcome = answer.delivered ? 'delivered' : answer.permanent ? 'refused' : 'failed';
    const seconds = Math.max(0, now() - startedMs) / 1_000;
    meter.record('journey_metrics_delivery_seconds', seconds, { destination: name, outcome });
    return answer;
  };
  if (destination.takes === 'rows') {
    return {
      ...destination,
      write: (rows: RowsOfRevision, signal: AbortSignal) => timed(() => destination.write(rows, signal)),
    };
  }
  const commit = destination.commit?.bind(destination);
  return {
    ...destination,
    deliver: (part, signal) => timed(() => destination.deliver(part, signal)),
    ...(commit && { commit: (revision, signal) => timed(() => commit(revision, signal)) }),
  };
}
