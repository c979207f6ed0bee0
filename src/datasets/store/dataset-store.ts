import type { BlobRef } from '../../contract/result/blob-ref.js';
import type { DatasetRef } from '../../contract/result/dataset.js';
import type { DatasetStore, NewPage, StoredPage, TakeKey } from '../../ports/index.js';
import type { BlobStore } from '../blobs/blob-store.js';
import { sha256InTurns } from '../blobs/blob-store.js';
import { DatasetError } from './dataset-error.js';
import { NO_KEYS, readColumns } from './dataset-pages.js';
import { datasetManifestBytes, datasetManifestOf, pageNoteBytes, parsePageNote } from './manifest.js';
import { sidecarBytes } from './page-sidecar.js';
import { countRepeatedRows, type PageDigests } from './repeated-rows.js';

/**
 * Rows at rest on any {@link BlobStore}. A page is a blob plus a note that names it; the note is claimed, so of two
 * attempts at one page the first stands, and a blob that no note names is nothing. Throws only `DatasetError`.
 */
export function createDatasetStore(blobs: BlobStore): DatasetStore {
  async function put(scope: string, bytes: Uint8Array, signal: AbortSignal): Promise<BlobRef> {
    const ref: BlobRef = { scope, sha256: await sha256InTurns(bytes), bytes: bytes.byteLength };
    await blobs.put(ref, bytes, signal);
    return ref;
  }

  async function putPage(take: TakeKey, page: NewPage, signal: AbortSignal): Promise<StoredPage> {
    const { body: bytes, columns: cells, ...facts } = page;
    const [body, columns] = await Promise.all([
      put(scopeOf(take), bytes, signal),
      cells && put(scopeOf(take), sidecarBytes(cells), signal),
    ]);
    return { ...facts, body, ...(columns && { columns }) };
  }

  const get = async (ref: BlobRef, signal: AbortSignal): Promise<Uint8Array> =>
    verified(ref, await blobs.get(ref, signal));

  return {
    put,
    putPage,
    get,

    async pages(take, signal) {
      const notes = await blobs.notes(scopeOf(take), folderOf(take), signal);
      const values = new Map(notes.map(({ name, value }) => [name, value]));
      const pages: StoredPage[] = [];
      for (let value = values.get(noteOf(0)); value !== undefined; value = values.get(noteOf(pages.length))) {
        pages.push(read(take, pages.length, value));
      }
      return pages;
    },

    async addPage(take, page, signal) {
      const note = { name: noteOf(page.index), value: pageNoteBytes(await putPage(take, page, signal)) };
      return read(take, page.index, await blobs.claim(scopeOf(take), folderOf(take), note, signal));
    },

    async seal(take, pages, signal) {
      const [first] = pages;
      if (first === undefined || pages.some(({ index }, position) => index !== position)) {
        throw new TypeError('a dataset is sealed over all of its pages, in order');
      }
      const manifest = await put(scopeOf(take), datasetManifestBytes(take, pages), signal);
      const ref = { manifest, queryId: first.queryId, pages: pages.length, ...rowsOf(pages) };
      return withRepeatedRows(ref, digestsOf(get, pages, signal));
    },

    async *bodies(dataset, signal) {
      const { pages } = datasetManifestOf(dataset, await get(dataset.manifest, signal));
      for (const { body } of pages) yield await get(body, signal);
    },

    remove: (scope, signal) => blobs.remove(scope, signal),
  };
}

function rowsOf(pages: readonly StoredPage[]): Pick<DatasetRef, 'rows' | 'outsideRows'> {
  const sums = { rows: 0, outsideRows: 0 };
  for (const { rows, outside = 0 } of pages) {
    sums.rows += rows;
    sums.outsideRows += outside;
  }
  return sums.outsideRows > 0 ? sums : { rows: sums.rows };
}

async function withRepeatedRows(ref: DatasetRef, pages: readonly PageDigests[]): Promise<DatasetRef> {
  const repeatedRows = await countRepeatedRows(pages, ref.rows);
  return repeatedRows > 0 ? { ...ref, repeatedRows } : ref;
}

function digestsOf(get: DatasetStore['get'], pages: readonly StoredPage[], signal: AbortSignal): PageDigests[] {
  return pages.map((page) => async () => (await readColumns({ get }, page, NO_KEYS, signal)).digests);
}

async function verified(ref: BlobRef, bytes: Uint8Array | undefined): Promise<Uint8Array> {
  const name = `Blob ${ref.sha256.slice(0, 12)} of ${ref.scope}`;
  if (bytes === undefined) {
    throw new DatasetError('expired', `${name} was deleted: start a new run with --again.`);
  }
  if (bytes.byteLength !== ref.bytes || (await sha256InTurns(bytes)) !== ref.sha256) {
    const message = `${name} has the wrong hash. Check the disk, then start the run again.`;
    throw new DatasetError('corrupt', message);
  }
  return bytes;
}

function read(take: TakeKey, index: number, value: Uint8Array): StoredPage {
  const name = `The note of page ${index} of ${scopeOf(take)}`;
  const page = parsePageNote(value, name);
  const scopes = [page.body.scope, page.columns?.scope ?? page.body.scope];
  if (page.index === index && scopes.every((scope) => scope === scopeOf(take))) return page;
  throw new DatasetError('corrupt', `${name} describes another page. Check the disk, then start the run again.`);
}

const scopeOf = ({ runKey }: TakeKey): string => `runs/${runKey}`;
const folderOf = ({ generation, take }: TakeKey): string => `g${generation}-t${take}`;
const noteOf = (index: number): string => `page-${index}`;
