import { mkdir, readFile, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BlobRef } from '../../../src/contract/result/blob-ref.js';
import type { Activities } from '../../../src/activities/index.js';
import type { BlobStore } from '../../../src/datasets/blobs/blob-store.js';
import { DatasetError } from '../../../src/datasets/store/dataset-error.js';
import { createFileBlobStore } from '../../../src/datasets/blobs/file-blob-store.js';
import { onDisk } from '../../../src/datasets/blobs/store-fault.js';
import type { DatasetKind, StoreStep } from './dataset-kinds.js';

/** Files of one run's own, that come to harm when a step wants to use them. */
export interface HarmedStore {
  readonly blobs: BlobStore;
  /** Activities that say which step is under way. */
  watched(activities: Activities): Activities;
  /** What the product could not do: the codes of its errors, in order. */
  readonly codes: readonly string[];
  /** How often files came to harm. */
  readonly strikes: () => number;
}

/** Failures before the store is well again. */
const TIMES = 2;

export function harmedStore({ harm }: DatasetKind, step: StoreStep, root: string): HarmedStore {
  const files = createFileBlobStore(root);
  const codes: string[] = [];
  let underWay: StoreStep | undefined;
  let struck = 0;
  let mend: (() => Promise<unknown>) | null = null;

  const guard = async <T>(path: string, concerned: boolean, call: () => Promise<T>): Promise<T> => {
    if (mend !== null && codes.length >= TIMES) {
      await mend();
      mend = null;
    }
    if (concerned && underWay === step && struck === 0) {
      struck = 1;
      mend = await HARMS[harm](path);
    }
    try {
      return await call();
    } catch (error) {
      if (error instanceof DatasetError) codes.push(error.details.code ?? '');
      throw error;
    }
  };
  const full = (): Promise<never> => Promise.reject(Object.assign(new Error('no space'), { code: 'ENOSPC' }));
  // A payload is what is read at delivery; a page at transform, after the manifest that names it.
  const manifests = new Set<string>();
  const isRead = ({ scope, sha256 }: BlobRef): boolean => {
    if (step === 'deliver') return scope.startsWith('deliveries/');
    if (underWay === 'transform' && manifests.size === 0) manifests.add(sha256);
    return !manifests.has(sha256);
  };

  return {
    codes,
    strikes: () => struck,
    blobs: {
      ...files,
      put: (ref, bytes, signal) => {
        if (harm !== 'full') return files.put(ref, bytes, signal);
        return guard('', true, () =>
          mend === null ? files.put(ref, bytes, signal) : onDisk(`write ${ref.scope}`, signal, full),
        );
      },
      get: (ref, signal) =>
        guard(join(root, ref.scope, 'blobs', ref.sha256), harm !== 'full' && isRead(ref), () => files.get(ref, signal)),
      notes: (scope, folder, signal) =>
        guard(join(root, scope, 'notes', folder, 'page-0'), harm !== 'full', () => files.notes(scope, folder, signal)),
    },
    watched: (activities) => ({
      ...activities,
      pollResult: (input) => {
        underWay = input.collect ? 'page' : undefined;
        return activities.pollResult(input);
      },
      transform: (input) => {
        underWay = 'transform';
        return activities.transform(input);
      },
      syncWebhook: (input) => {
        underWay = 'deliver';
        return activities.syncWebhook(input);
      },
    }),
  };
}

/** Each harms a file and resolves to what mends it. Rights would not do: tests may run as root. */
const HARMS: Readonly<Record<DatasetKind['harm'], (path: string) => Promise<() => Promise<unknown>>>> = {
  full: () => Promise.resolve(() => Promise.resolve()),
  async unreadable(path) {
    await rename(path, `${path}.aside`);
    await mkdir(path);
    return async () => {
      await rmdir(path);
      await rename(`${path}.aside`, path);
    };
  },
  async missing(path) {
    await rm(path);
    return () => Promise.resolve();
  },
  async altered(path) {
    const bytes = await readFile(path);
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
    await writeFile(path, bytes);
    return () => Promise.resolve();
  },
};
