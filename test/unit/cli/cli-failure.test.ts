import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ServiceError } from '@temporalio/client';
import { CommanderError } from 'commander';
import { exitCodeOfOutcome } from '../../../src/cli/program/exit-code.js';
import { describeFailure } from '../../../src/cli/program/failure.js';
import { readConfig } from '../../../src/config/config.js';
import { RunFailed, RunGoesOn, UsageError } from '../../../src/cli/program/errors.js';
import { WaitStopped } from '../../../src/cli/program/waiting.js';
import { invalidRequestError, JourneyMetricsError, toClientError } from '../../../src/client/error.js';
import { ConfigError } from '../../../src/config/errors.js';
import { CxoneError } from '../../../src/sources/http/errors.js';
import { createScrubber } from '../../../src/observability/log.js';

const RUN = { workflowId: 'journey-1', runId: 'run-1' };
const failed = new JourneyMetricsError('QueryRejected', 'the source refuses the query', [{ status: 400 }]);
const invalid = invalidRequestError([{ path: 'query.metric', message: 'is missing' }]);

const CASES: readonly (readonly [claim: string, error: unknown, exitCode: number, type: string])[] = [
  ['a bad request is 2, where the client finds it', invalid, 2, 'InvalidRequest'],
  ['a bad request is 2, where the worker finds it', new RunFailed(invalid, []), 2, 'InvalidRequest'],
  ['bad configuration is 2', new ConfigError('DATABASE_URL', 'is not set'), 2, 'InvalidConfiguration'],
  ['wrong usage is 2', new UsageError('no such file'), 2, 'InvalidUsage'],
  ['an unknown option is 2', new CommanderError(1, 'commander.unknownOption', 'error: unknown'), 2, 'InvalidUsage'],
  ['a failed run is 1', new RunFailed(failed, []), 1, 'QueryRejected'],
  ['no Temporal is 1', new JourneyMetricsError('TemporalUnavailable', 'away'), 1, 'TemporalUnavailable'],
  ['a passed timeout is 4', new RunGoesOn(new WaitStopped('timeout'), RUN), 4, 'Timeout'],
  ['Ctrl-C is 130', new RunGoesOn(new WaitStopped('interrupted'), RUN), 130, 'Interrupted'],
  [
    'what an adapter throws is 1, by its own type',
    new CxoneError('Unauthorized', 'refused', { operation: 'token' }),
    1,
    'Unauthorized',
  ],
  ['anything else is 1', 'thrown', 1, 'Unexpected'],
];

for (const [claim, error, exitCode, type] of CASES) {
  test(claim, () => {
    const failure = describeFailure(error);
    assert.deepEqual([failure.exitCode, failure.type], [exitCode, type]);
  });
}

test('an outcome has its exit code', () => {
  const outcomes = ['completed', 'unchanged', 'undelivered'] as const;
  assert.deepEqual(outcomes.map(exitCodeOfOutcome), [0, 0, 3]);
});

test('whoever stops waiting is told the ids, and how to come back and to cancel', () => {
  const stopped = new RunGoesOn(new WaitStopped('timeout'), RUN);
  assert.deepEqual(describeFailure(stopped).details, [RUN]);
  assert.match(stopped.message, /run continues: journey-1$/);
  assert.deepEqual(stopped.hints, [
    'reattach: journey-metrics runs watch journey-1',
    'cancel:   journey-metrics runs cancel journey-1',
  ]);
});

test("a refusal of Temporal's keeps its reason", () => {
  const cause = Object.assign(new Error('7 PERMISSION_DENIED'), {
    code: 7,
    details: 'no right to write',
    metadata: {},
  });
  const refused = toClientError(new ServiceError('Failed to start Workflow', { cause }));
  assert.equal(describeFailure(refused).message, 'Failed to start Workflow: no right to write');
});

test('Temporal being away is told apart from every other answer of its', () => {
  const wrapped = (code: number): unknown => {
    const cause = Object.assign(new Error('status'), { code, details: '', metadata: {} });
    return toClientError(new ServiceError('Failed', { cause }));
  };
  const isAway = (error: unknown): boolean =>
    error instanceof JourneyMetricsError && error.type === 'TemporalUnavailable';
  assert.deepEqual(
    [4, 8, 14, 7, 16].map((code) => isAway(wrapped(code))),
    [true, true, true, false, false],
  );
});

test('what the environment holds of secrets is scrubbed', () => {
  const scrubber = createScrubber();
  readConfig(
    {
      CXONE_CLIENT_SECRET: 'canary-client',
      BI_WEBHOOK_SECRET: 'whsec_canaryone canary-two',
      TEMPORAL_API_KEY: 'canary-key',
      DATABASE_URL: 'postgres://journey:canary%2Fpassword@localhost/records',
      CXONE_ORG_ID: 'acme-not-secret',
    },
    scrubber.learn,
  );
  const text = 'canary-client whsec_canaryone canary-two canary-key canary%2Fpassword canary/password acme-not-secret';
  assert.equal(scrubber.scrub(text).replaceAll('[redacted] ', ''), 'acme-not-secret');
});

test('a database that is named badly, or not at all, is bad configuration', () => {
  const home = { JOURNEY_METRICS_HOME: '/nonexistent' };
  for (const url of [undefined, 'nonsense', 'mysql://host/db', 'postgres://a b:%/']) {
    assert.throws(() => readConfig({ ...home, DATABASE_URL: url }).databaseUrl(), {
      name: 'ConfigError',
      variable: 'DATABASE_URL',
    });
  }
  const config = readConfig({ ...home, DATABASE_URL: 'postgres://localhost/db' });
  assert.equal(config.databaseUrl(), 'postgres://localhost/db');
});
