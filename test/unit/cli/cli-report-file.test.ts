import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reportFileName } from '../../../src/cli/page/run-report.js';

test('a file is named after its run, and an id that is no name gets a safe one of its own', () => {
  assert.equal(reportFileName('journey-acme-1'), 'report-journey-acme-1.html');
  const hostile = ['../../etc/passwd', '../..\u0000/etc/passwd', 'a/b', 'a\\b', 'x'.repeat(1_000), '', ' ', 'é'];
  const names = hostile.map(reportFileName);
  for (const name of names) assert.match(name, /^report-[A-Za-z0-9_-]{0,140}\.html$/);
  assert.equal(new Set(names).size, names.length);
});
