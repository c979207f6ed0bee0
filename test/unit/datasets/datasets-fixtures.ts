import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { DatasetStore, TakeKey } from '../../../src/ports/index.js';
import type { DatasetRef } from '../../../src/contract/result/dataset.js';
import type { RequestedKeys } from '../../../src/domain/row-verification.js';
import { createDatasetStore } from '../../../src/datasets/store/dataset-store.js';
import { createFileBlobStore } from '../../../src/datasets/blobs/file-blob-store.js';
import { pageKeysOf } from '../../../src/pages/requested-keys.js';
import { digested } from '../../../src/pages/row-digests.js';
import { scanPage } from '../../../src/pages/scan-page.js';

export const RUN_KEY = 'a'.repeat(32);
export const TAKE: TakeKey = { runKey: RUN_KEY, generation: 1, take: 1 };
export const SCOPE = `runs/${RUN_KEY}`;

/** A signal that nobody aborts. */
export const idle = new AbortController().signal;

/** A folder of the test's own, deleted when it ends. */
export async function temporaryFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'journey-datasets-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

export async function temporaryStore(t: TestContext): Promise<DatasetStore> {
  return createDatasetStore(createFileBlobStore(await temporaryFolder(t)));
}

/** A page as `addPage` takes it. */
export function pageOf(index: number, body: string, rows: number): Parameters<DatasetStore['addPage']>[1] {
  return {
    index,
    cursor: index === 0 ? null : `token-${index}`,
    nextCursor: `token-${index + 1}`,
    queryId: 'q-1',
    rows,
    totalCount: null,
    truncated: false,
    body: Buffer.from(body),
  };
}

/**
 * Seals pages given as the raw texts of their rows.
 * @param keys stores their columns beside them, as a source does
 */
export async function sealed(
  store: DatasetStore,
  pages: readonly (readonly string[])[],
  take = TAKE,
  keys?: RequestedKeys,
): Promise<DatasetRef> {
  const stored = [];
  for (const [index, rows] of pages.entries()) {
    const page = pageOf(index, `{"queryId":"q-1","data":[${rows.join(',')}],"status":"DONE"}`, rows.length);
    const columns = keys && scanPage(page.body, pageKeysOf(keys), new Set())?.columns;
    stored.push(
      await store.addPage(take, { ...page, ...(columns && { columns: digested(page.body, columns) }) }, idle),
    );
  }
  return store.seal(take, stored, idle);
}
