import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderChecks } from '../../../src/cli/doctor.js';
import { checkClocks } from '../../../src/cli/doctor/clocks.js';
import { checkNode, checkTemporalPackages } from '../../../src/cli/doctor/installation.js';
import { plain } from '../../../src/cli/terminal/paint.js';

test('judges the version of Node.js by what the product needs', () => {
  const versions = ['18.20.0', '20.9.0', '20.18.0', '20.18.1', '20.20.2', '22.0.0', '24.1.0'];
  const judged = versions.map((version) => checkNode(version).status);
  assert.deepEqual(judged, ['fail', 'fail', 'fail', 'warn', 'warn', 'ok', 'ok']);
});

test('finds the packages of Temporal that are installed here alike', () => {
  const { status, found } = checkTemporalPackages();
  assert.equal(status, 'ok', found);
});

test('calls a clock wrong only when it must be', () => {
  const reading = (least: number, most: number): string =>
    checkClocks([{ of: 'Postgres', behindAtLeastMs: least, behindAtMostMs: most }]).status;
  assert.equal(reading(-10, 10), 'ok');
  assert.equal(reading(-60_000, 20_000), 'ok', 'as far as anybody knows');
  assert.equal(reading(31_000, 31_500), 'warn');
  assert.equal(reading(-31_500, -31_000), 'warn');
  assert.equal(checkClocks([]).status, 'skipped');
});

test('renders a line a check, with what to do under it', () => {
  const checks = [
    { name: 'Temporal', status: 'ok', found: 'server 1.32.0' },
    { name: 'clock', status: 'fail', found: 'is wrong', remedy: 'set it' },
  ] as const;
  assert.deepEqual(renderChecks(checks, 80, plain).split('\n'), [
    '✔ Temporal  server 1.32.0',
    '✖ clock     is wrong',
    '            → set it',
  ]);
});
