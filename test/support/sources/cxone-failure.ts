import assert from 'node:assert/strict';
import { CxoneError, type CxoneFailureType } from '../../../src/sources/http/errors.js';

/** Expects a call of the source to throw a failure of its family, and hands it on. */
export async function failsWith(call: Promise<unknown>, type: CxoneFailureType, message = /./): Promise<CxoneError> {
  const error: unknown = await call.then(
    (value) => assert.fail(`expected ${type}, got ${JSON.stringify(value)}`),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof CxoneError, String(error));
  assert.equal(error.failureType, type, error.message);
  assert.match(error.message, message);
  return error;
}
