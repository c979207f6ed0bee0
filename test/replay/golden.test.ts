import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { before, describe, it } from 'node:test';
import { DeterminismViolationError } from '@temporalio/workflow';
import { Worker, type WorkflowBundleWithSourceMap } from '@temporalio/worker';
import { PATCHES } from '../../src/workflows/patches.js';
import { bundleChanged } from '../support/workflow/changed-workflows.js';
import type { HistoryEvent } from '../support/workflow/history-chain.js';
import { workflowBundle, quietRuntime } from '../support/workflow/workflow-bundle.js';
import { CHANGES, UNSEEN_CHANGE } from './changes.js';
import { RECORDINGS } from './recordings.js';

const FOLDER = new URL('histories/', import.meta.url);

interface History {
  readonly file: string;
  readonly events: readonly HistoryEvent[];
}

const files = (await readdir(FOLDER)).filter((name) => name.endsWith('.json'));
const histories = await Promise.all(
  files.map(async (file): Promise<History> => {
    const { events } = JSON.parse(await readFile(new URL(file, FOLDER), 'utf8')) as Omit<History, 'file'>;
    return { file, events };
  }),
);

const replay = (bundle: WorkflowBundleWithSourceMap, { file, events }: History): Promise<void> =>
  Worker.runReplayHistory({ workflowBundle: bundle }, { events }, file);

/** Files of the histories that the changed workflows do not replay. */
async function caught(bundle: WorkflowBundleWithSourceMap, among: readonly History[]): Promise<string[]> {
  const found: string[] = [];
  const replayed = among.map(({ file, events }) => ({ workflowId: file, history: { events } }));
  for await (const { workflowId: file, error } of Worker.runReplayHistories({ workflowBundle: bundle }, replayed)) {
    if (error === undefined) continue;
    if (!(error instanceof DeterminismViolationError)) throw error;
    found.push(file);
  }
  return found;
}

/** Ids of the patches that an execution went through. */
const patchesOf = ({ events }: History): string[] =>
  events.flatMap(({ markerRecordedEventAttributes: marker }) => {
    const data = marker?.details['patch-data']?.payloads[0]?.data;
    return data === undefined ? [] : [(JSON.parse(Buffer.from(data, 'base64').toString()) as { id: string }).id];
  });

describe('golden histories', () => {
  let bundle: WorkflowBundleWithSourceMap;
  before(async () => {
    quietRuntime();
    bundle = await workflowBundle();
  });

  it('are those of every recording', () => {
    const ways = new Set(files.map((file) => file.replace(/^v[\d.]+-(.*?)(-\d+)?\.json$/, '$1')));
    assert.deepEqual([...ways].toSorted(), Object.keys(RECORDINGS).toSorted());
  });

  it('cover every patch', () => {
    const patches = new Set(histories.flatMap(patchesOf));
    assert.deepEqual([...patches].toSorted(), Object.values(PATCHES).toSorted());
  });

  for (const history of histories) it(`${history.file} replays`, () => replay(bundle, history));
});

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
