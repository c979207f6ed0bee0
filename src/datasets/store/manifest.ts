import { z } from 'zod';
import { canonicalJson } from '../../contract/values/json.js';
import type { DatasetRef } from '../../contract/result/dataset.js';
import type { StoredPage, TakeKey } from '../../ports/index.js';
import { sha256Of } from '../blobs/blob-store.js';
import { DatasetError } from './dataset-error.js';

/** Raised when a note or manifest gets another shape; a worker that does not know a number leaves it to one that does. */
export const MANIFEST_VERSION = 1;

const HASH_LINE_BYTES = 65;

const count = z.int().min(0);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const scope = z.string().regex(/^(?:runs|deliveries)\/[0-9a-f]{32}$/);
export const blobRefSchema = z.strictObject({ scope, sha256, bytes: count });

const versioned = z.object({ version: z.int() });

const pageNote = z.strictObject({
  version: z.literal(MANIFEST_VERSION),
  index: count,
  cursor: z.string().nullable(),
  nextCursor: z.string().nullable(),
  queryId: z.string(),
  rows: count,
  totalCount: count.nullable(),
  atLeast: count.exactOptional(),
  outside: count.exactOptional(),
  truncated: z.boolean(),
  body: blobRefSchema,
  columns: blobRefSchema.exactOptional(),
});

const datasetManifest = z.strictObject({
  version: z.literal(MANIFEST_VERSION),
  kind: z.literal('dataset'),
  generation: count,
  take: count,
  queryId: z.string(),
  rows: count,
  pages: z.array(
    z.strictObject({
      index: count,
      cursorSha256: sha256.nullable(),
      rows: count,
      body: blobRefSchema,
      columns: blobRefSchema.exactOptional(),
    }),
  ),
});

/** What a sealed dataset consists of: every page by hash, in order. Cursors are named by hash: nobody needs them any more. */
export type DatasetManifest = z.output<typeof datasetManifest>;

/** A note is found by its name, not by its hash, so it carries the hash in front of its JSON. */
export function noteBytes(content: object): Uint8Array {
  const json = canonicalJson({ version: MANIFEST_VERSION, ...content });
  return Buffer.from(`${sha256Of(json)}\n${json}`);
}

/** @param name what to call it in a message */
export function parseNote<T>(bytes: Uint8Array, schema: z.ZodType<T>, name: string): T {
  const text = Buffer.from(bytes);
  const json = text.subarray(HASH_LINE_BYTES);
  if (`${sha256Of(json)}\n` !== text.toString('latin1', 0, HASH_LINE_BYTES)) throw unreadable(name);
  return parseVersioned(json, schema, name);
}

export function pageNoteBytes(page: StoredPage): Uint8Array {
  return noteBytes(page);
}

/** @param name what to call it in a message, e.g. `page 3 of runs/<key>` */
export function parsePageNote(bytes: Uint8Array, name: string): StoredPage {
  const { version: _version, ...page } = parseNote(bytes, pageNote, name);
  return page;
}

/** Canonical: sealing the same pages again writes the same bytes, and so names them by the same hash. */
export function datasetManifestBytes(take: TakeKey, pages: readonly StoredPage[]): Uint8Array {
  const manifest: DatasetManifest = {
    version: MANIFEST_VERSION,
    kind: 'dataset',
    generation: take.generation,
    take: take.take,
    queryId: pages[0]?.queryId ?? '',
    rows: pages.reduce((rows, page) => rows + page.rows, 0),
    pages: pages.map(({ index, cursor, rows, body, columns }) => ({
      index,
      cursorSha256: cursor === null ? null : sha256Of(cursor),
      rows,
      body,
      ...(columns && { columns }),
    })),
  };
  return Buffer.from(canonicalJson(manifest));
}

export function parseDatasetManifest(bytes: Uint8Array): DatasetManifest {
  return parseVersioned(bytes, datasetManifest, 'The manifest of the dataset');
}

/** A manifest, held against the reference that names it. */
export function datasetManifestOf(ref: DatasetRef, bytes: Uint8Array): DatasetManifest {
  const manifest = parseDatasetManifest(bytes);
  const rows = manifest.pages.reduce((sum, page) => sum + page.rows, 0);
  if (rows === ref.rows && manifest.rows === rows && manifest.pages.length === ref.pages) return manifest;
  throw new DatasetError('corrupt', 'The manifest of the dataset does not list the pages and rows it was sealed with.');
}

/** Reads stored JSON strictly. Throws `unknown-version` where only the number is strange, `corrupt` otherwise. */
export function parseVersioned<T>(bytes: Uint8Array, schema: z.ZodType<T>, name: string): T {
  const value = jsonOf(bytes);
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const { data } = versioned.safeParse(value);
  if (data !== undefined && data.version !== MANIFEST_VERSION) {
    const message = `${name} has version ${data.version} but this worker knows version ${MANIFEST_VERSION}: run a worker of the version that wrote it.`;
    throw new DatasetError('unknown-version', message);
  }
  throw unreadable(name);
}

function unreadable(name: string): DatasetError {
  return new DatasetError('corrupt', `${name} is damaged. Check the disk, then start the run again.`);
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString());
  } catch {
    return undefined;
  }
}
