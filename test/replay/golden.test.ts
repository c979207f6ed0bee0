import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { Worker, type WorkflowBundleWithSourceMap } from '@temporalio/worker';
import { PATCHES } from '../../src/workflows/patches.js';
import { goldenHistories, type GoldenHistory } from '../support/workflow/golden-histories.js';
import { quietRuntime, workflowBundle } from '../support/workflow/workflow-bundle.js';
import { RECORDINGS } from './recordings.js';

const histories = await goldenHistories();

const replay = (bundle: WorkflowBundleWithSourceMap, { file, events }: GoldenHistory): Promise<void> =>
  Worker.runReplayHistory({ workflowBundle: bundle }, { events }, file);

/** Ids of the patches that an execution went through. */
const patchesOf = ({ events }: GoldenHistory): string[] =>
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
    const ways = new Set(histories.map(({ file }) => file.replace(/^v[\d.]+-(.*?)(-\d+)?\.json$/, '$1')));
    assert.deepEqual([...ways].toSorted(), Object.keys(RECORDINGS).toSorted());
  });

  it('cover every patch', () => {
    const patches = new Set(histories.flatMap(patchesOf));
    assert.deepEqual([...patches].toSorted(), Object.values(PATCHES).toSorted());
  });

  for (const history of histories) it(`${history.file} replays`, () => replay(bundle, history));
});
