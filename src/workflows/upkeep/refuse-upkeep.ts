import { workflowInfo } from '@temporalio/workflow';
import { auditRefusal } from '../aggregate/audit-run.js';
import { refuseArguments } from '../entry.js';
import { fail, typedFailure } from '../typed-failure.js';

/** Upkeep takes nothing: with an argument somebody wants something else of it. Audits that, and throws `InvalidRequest`. */
export async function refuseUpkeep(given: readonly unknown[]): Promise<void> {
  try {
    refuseArguments(given);
  } catch (error) {
    const failure = typedFailure(error);
    await auditRefusal(workflowInfo().startTime.getTime(), failure);
    throw fail(failure.type, failure.message, ...failure.details);
  }
}
