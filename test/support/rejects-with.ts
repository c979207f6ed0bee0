import assert from 'node:assert/strict';
import { WorkflowFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { FailureType } from '../../src/contract/failures.js';

/** Expects a run to fail with a failure of the product's. */
export async function rejectsWith(
  result: Promise<unknown>,
  type: FailureType,
  message = /./,
): Promise<ApplicationFailure> {
  const error: unknown = await result.then(
    () => assert.fail(`the run succeeded; expected ${type}`),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof WorkflowFailedError, String(error));
  const { cause } = error;
  assert.ok(cause instanceof ApplicationFailure, String(cause));
  assert.equal(cause.type, type, cause.message);
  assert.match(cause.message, message);
  return cause;
}
