import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { DeterminismViolationError } from '@temporalio/workflow';
import { Worker, type WorkflowBundleWithSourceMap } from '@temporalio/worker';
import { CHANGES, UNSEEN_CHANGE } from '../../replay/changes.js';
import { bundleChanged } from '../../support/workflow/changed-workflows.js';
import { goldenHistories, type GoldenHistory } from '../../support/workflow/golden-histories.js';
import { quietRuntime } from '../../support/workflow/workflow-bundle.js';

const histories = await goldenHistories();

/** Files of the histories that the changed workflows do not replay. */
async function caught(bundle: WorkflowBundleWithSourceMap, among: readonly GoldenHistory[]): Promise<string[]> {
  const found: string[] = [];
  const replayed = among.map(({ file, events }) => ({ workflowId: file, history: { events } }));
  for await (const { workflowId: file, error } of Worker.runReplayHistories({ workflowBundle: bundle }, replayed)) {
    if (error === undefined) continue;
    if (!(error instanceof DeterminismViolationError)) throw error;
    found.push(file);
  }
  return found;
}

describe('the replay suite', () => {
  before(quietRuntime);

  for (const [what, { change, concerns }] of Object.entries(CHANGES)) {
    it(`catches, by every history that has come so far, ${what}`, async () => {
      const concerned = histories.filter(({ events }) => concerns(events)).map(({ file }) => file);
      assert.ok(concerned.length > 0);
      assert.deepEqual(await caught(await bundleChanged(change), histories), concerned);
    });
  }

  it('has no history that would let every change pass', () => {
    const blind = histories.filter(({ events }) => !Object.values(CHANGES).some(({ concerns }) => concerns(events)));
    assert.deepEqual(
      blind.map(({ file }) => file),
      [],
    );
  });

  it('lets pass what is no change of order: a timer under way keeps the length it had', async () => {
    assert.deepEqual(await caught(await bundleChanged(UNSEEN_CHANGE), histories), []);
  });
});
