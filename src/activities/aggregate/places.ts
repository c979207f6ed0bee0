import { activityInfo } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { FailureType } from '../../contract/failures.js';
import type { Directory, Source } from '../../ports/index.js';
import { failure } from '../failures.js';

/** Names a source: an organisation, and one of its sources. */
export interface SourcePlace {
  readonly org: string;
  readonly source: string;
}

/** The source of that name. Fails with `Unauthorized` where this worker has none. */
export function sourceAt(directory: Directory, { org, source: name }: SourcePlace): Source {
  const source = directory.source(org, name);
  if (source) return source;
  requireOpenOrganisation(directory, org);
  const message = `This worker has no source "${name}" for the organisation ${org}; configure it.`;
  throw failure('Unauthorized', message, { operation: 'token', effect: 'none' });
}

/** An open run waits this long for its organisation, and a run that begins that long. */
const OPEN_RUN_MS = 10 * 60_000;
const BEGINNING_MS = 2 * 60_000;
const LOOK_AGAIN_MS = 5_000;

/** A run that begins: its organisation may be new, and the file of this worker a moment late. */
export function requireOrganisation(directory: Directory, org: string): void {
  if (directory.canChange && !directory.orgs.includes(org)) throw awaitingOrganisation(org, BEGINNING_MS);
}

/** A run that is open: its organisation may have been removed by mistake. */
export function requireOpenOrganisation(directory: Directory, org: string): void {
  if (directory.canChange && !directory.orgs.includes(org)) throw awaitingOrganisation(org, OPEN_RUN_MS);
}

/** Temporal retries the step, on this worker or on another, until the time is over. */
function awaitingOrganisation(org: string, patienceMs: number): ApplicationFailure {
  const { scheduledTimestampMs, currentAttemptScheduledTimestampMs } = activityInfo();
  const waitedMs = currentAttemptScheduledTimestampMs - scheduledTimestampMs;
  const message = `No organisation ${org} is configured; if it was removed by mistake, put it back into CXONE_ORGS_FILE.`;
  const type: FailureType = 'OrganisationRemoved';
  return ApplicationFailure.create({
    ...{ type, message },
    nonRetryable: waitedMs >= patienceMs,
    ...(waitedMs < patienceMs && { nextRetryDelay: LOOK_AGAIN_MS }),
  });
}
