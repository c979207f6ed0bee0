import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { DeterminismViolationError } from '@temporalio/workflow';
import { Worker, type WorkflowBundleWithSourceMap } from '@temporalio/worker';
import { buildWorkflowBundle, quietRuntime } from '../support/workflow-bundle.js';

const FOLDER = new URL('histories/', import.meta.url);

describe('golden histories', async () => {
  let workflowBundle: WorkflowBundleWithSourceMap;
  before(async () => {
    quietRuntime();
    workflowBundle = await buildWorkflowBundle();
  });
  const files = (await readdir(FOLDER)).filter((name) => name.endsWith('.json'));

  it('cover every way in which a run ends', () => {
    for (const end of ['completed', 'failed', 'rejected', 'cancelled', 'undelivered', 'continued', 'redelivered']) {
      assert.ok(
        files.some((name) => name.includes(end)),
        end,
      );
    }
  });

  for (const file of files) {
    it(`${file} replays`, async () => {
      await Worker.runReplayHistory({ workflowBundle }, await historyOf(file), file);
    });
  }

  it('a workflow that does things in another order is caught', async () => {
    const changed = await buildWorkflowBundle(
      fileURLToPath(new URL('../support/reordered-workflow.ts', import.meta.url)),
    );
    await assert.rejects(
      async () =>
        Worker.runReplayHistory({ workflowBundle: changed }, await historyOf('v0.1-completed.json'), 'reordered'),
      DeterminismViolationError,
    );
  });
});

async function historyOf(file: string): Promise<object> {
  return JSON.parse(await readFile(new URL(file, FOLDER), 'utf8')) as object;
}
