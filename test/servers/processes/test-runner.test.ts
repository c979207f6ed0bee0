import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite, test, type TestContext } from 'node:test';
import { startTimeOf } from '../../../stack/install/process-identity.mjs';
import { partsOf, summaryOf } from '../../support/run/counts.js';
import { runTestFile, type TestFileResult } from '../../support/run/test-file.js';

const WAITS = new URL('../../support/waits.ts', import.meta.url).href;

/** Runs a test file of this text, in a folder whose name has a space. */
async function runText(t: TestContext, text: string, signal = new AbortController().signal): Promise<TestFileResult> {
  const folder = await mkdtemp(join(tmpdir(), 'test runner '));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, 'some.test.mts');
  await writeFile(path, `import { describe, it } from 'node:test';\n${text}`);
  return runTestFile(path, { env: process.env, silenceMs: 4_000, signal });
}

/** Of a process that the file started in a group of its own. */
const CHILD = `
  import { spawn } from 'node:child_process';
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached: true, stdio: 'inherit' });
  console.log('child ' + child.pid);
`;

suite('the runner of test files', { concurrency: 2 }, () => {
  test('counts what a file counts, and keeps its failures apart', async (t) => {
    const { counts, failure, output } = await runText(
      t,
      `describe('all', () => { it('good', () => {}); it('bad', () => { throw new Error('for a reason'); });
        it('left out', { skip: 'for another reason' }, () => {}); });`,
    );
    assert.deepEqual(counts, { tests: 3, suites: 1, pass: 1, fail: 1, cancelled: 0, skipped: 1, todo: 0 });
    assert.equal(failure, undefined, 'the test says it');
    const { tests, failures } = partsOf(output);
    assert.match(tests, /✔ good/);
    assert.match(failures, /for a reason/);
    assert.doesNotMatch(tests + failures, /^ℹ/m);
    assert.match(summaryOf(counts, 1_234), /^ℹ tests 3\n(ℹ .*\n)*ℹ fail 1\n(ℹ .*\n)*ℹ duration_ms 1234$/);
  });

  test('gives up a test that hangs, names it and what it waits for, and leaves no process', async (t) => {
    const { counts, failure, output } = await runText(
      t,
      `${CHILD}
       import { waitingFor } from '${WAITS}';
       waitingFor(() => ['run 7 (RUNNING): pollResult (attempt 34102)']);
       describe('the deadline', () => {
         it('is fine', () => {});
         it('never comes', () => new Promise(() => { setInterval(() => {}, 1000); }));
       });`,
    );
    assert.deepEqual([counts.tests, counts.fail], [1, 1]);
    assert.match(failure ?? '', /given up: no test began or ended for 4 s, in "the deadline" > "never comes"/);
    assert.match(failure ?? '', /run 7 \(RUNNING\): pollResult \(attempt 34102\)/);
    const [, pid = ''] = /child (\d+)/.exec(output) ?? [];
    assert.equal(startTimeOf(Number(pid)), null);
  });

  test('gives up a process whose tests have ended and that does not, and says what is open', async (t) => {
    const { failure } = await runText(t, `it('is over', () => { setInterval(() => {}, 1000); });`);
    assert.match(failure ?? '', /outside of any test; it waits for\n +open: .*Timeout/);
  });

  test('says so of a process that is too busy to answer', async (t) => {
    const { failure } = await runText(
      t,
      `it('turns round', async () => { await new Promise((resolve) => setTimeout(resolve, 500)); for (;;); });`,
    );
    assert.match(failure ?? '', /in "turns round"; its process does not answer, so it is busy/);
  });

  test('counts a file that dies without a summary, or fails outside of its tests, as a test that failed', async (t) => {
    const died = await runText(t, `it('dies', () => { process.kill(process.pid, 'SIGKILL'); });`);
    assert.deepEqual([died.failure, died.counts.fail], ['ended with SIGKILL, no summary', 1]);
    const broken = await runText(t, `import 'nowhere';`);
    assert.ok(broken.counts.fail > 0);
    assert.match(broken.output, /nowhere/);
  });

  test('ends at once when it is told to', async (t) => {
    const { failure } = await runText(t, `it('waits', () => new Promise(() => {}));`, AbortSignal.abort());
    assert.equal(failure, 'stopped');
  });
});
