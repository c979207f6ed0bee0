/** What goes wrong with the dataset store, at each step of a run that uses it. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { createActivities } from '../../../src/activities/index.js';
import { createDatasetStore } from '../../../src/datasets/store/dataset-store.js';
import { createRowPipeline } from '../../../src/datasets/transform/row-pipeline.js';
import { checkCell, endOf, startCell } from '../../support/sources/fault-cell.js';
import { fieldForTests } from '../../support/sources/fault-field.js';
import { DATASET_KINDS, type DatasetKind } from './dataset-kinds.js';
import { harmedStore } from './harmed-store.js';
import { CHANCE, cellsOf } from './matrix.js';

/** What the product says of a store that can be mended: a full disk, and a folder where a file should be. */
const CODES: Readonly<Partial<Record<DatasetKind['harm'], string>>> = { full: 'ENOSPC', unreadable: 'EISDIR' };

describe('a dataset store that is', { concurrency: 15, timeout: 480_000 }, () => {
  const field = fieldForTests(CHANCE);

  for (const kind of DATASET_KINDS) {
    for (const [step, expected] of cellsOf(kind)) {
      it(`${kind.kind} × ${step}: ends as ${expected.ends}`, async (t) => {
        const root = await mkdtemp(join(tmpdir(), 'journey-metrics-harmed-'));
        t.after(() => rm(root, { recursive: true, force: true }));
        const store = harmedStore(kind, step, root);
        const datasets = createDatasetStore(store.blobs);
        const cell = await startCell(t, field());
        const pipeline = createRowPipeline(datasets);
        field().admit(cell.org, store.watched(createActivities({ ...cell.dependencies, datasets, pipeline })));
        const run = await field().client.start(cell.request());
        await checkCell(cell, field().databaseUrl, run, await endOf(field(), run), expected);
        assert.equal(store.strikes(), 1, 'it struck');
        const code = CODES[kind.harm];
        if (code === undefined) return;
        // A page and its sidecar are written side by side, so that one attempt may notice it twice.
        assert.ok(store.codes.length >= 2 && store.codes.every((said) => said === code), store.codes.join(', '));
      });
    }
  }
});
