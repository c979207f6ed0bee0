import type { ObjectPlace, RowsOfRevision, RowTable, SeenRevision, WrittenObject } from '../../ports/index.js';
import { windowColumns } from '../rows/window-columns.js';
import { FORMATS } from './formats/formats.js';
import { CURRENT, MANIFEST, revisionName, windowFolder, type FileFormat } from './layout.js';

/** What `_current.json` says, as far as it is read again. */
export interface Current {
  readonly deliveryId: string;
  readonly revision: number;
  readonly rows: number;
  readonly deliveredAt: string;
  readonly readAt: string;
  readonly complete: boolean;
  readonly final: boolean;
  /** Later windows cover this one: its rows are theirs. */
  readonly superseded?: boolean;
}

/** The files of one revision, below their window's folder. */
export interface RevisionFiles {
  readonly place: ObjectPlace;
  readonly format: FileFormat;
}

/** The rows, then what there is to say of them: the manifest makes the revision complete. */
export async function writeRevision(
  { place, format }: RevisionFiles,
  revision: RowsOfRevision,
  signal: AbortSignal,
): Promise<void> {
  const folder = `${windowFolder(revision)}/${revisionName(revision.revision)}`;
  const part = `part-0.${format}`;
  const written = await place.write(`${folder}/${part}`, FORMATS[format](revision.table, signal), signal);
  const manifest = manifestOf(revision, format, { name: part, ...written });
  await writeJson(place, `${folder}/${MANIFEST}`, manifest, signal);
}

function manifestOf(
  revision: RowsOfRevision,
  format: FileFormat,
  file: WrittenObject & { readonly name: string },
): object {
  const { deliveryId, org, series, report, window, runKey, queryId, contentHash, claimedAt, readAt, found, table } =
    revision;
  const { rows, completeness, quality, outliers, sampling, journeys } = found;
  const schema = [...table.columns, ...table.constants].map(({ name, type }) => ({ name, type }));
  return {
    version: 1,
    ...{ deliveryId, revision: revision.revision, org, series, report, window, runKey, queryId },
    ...{ deliveredAt: claimedAt, readAt, complete: revision.complete, final: revision.final },
    ...{ rows, contentHash, format, files: [{ ...file, rows: rows.delivered }], schema },
    ...{ completeness, sampling, quality: { ...quality, outliers } },
    ...(journeys && { journeys }),
  };
}

/** One row about the window, in the format of the rows: what loads new files by their names learns of empty windows, too. */
export async function writeWindowRow(
  { place, format }: RevisionFiles,
  revision: SeenRevision,
  signal: AbortSignal,
): Promise<void> {
  const folder = `_windows/${windowFolder(revision)}/${revisionName(revision.revision)}`;
  const table: RowTable = { rows: 1, columns: [], constants: windowColumns(revision), batches: oneRow };
  await place.write(`${folder}/part-0.${format}`, FORMATS[format](table, signal), signal);
}

async function* oneRow() {
  yield await Promise.resolve({ rows: 1, cells: [] });
}

export async function readCurrent(
  place: ObjectPlace,
  folder: string,
  signal: AbortSignal,
): Promise<Current | undefined> {
  return readJson<Current>(place, `${folder}/${CURRENT}`, signal);
}

/** The run that claimed a revision that is complete there; an empty text where its manifest does not say. */
export async function claimantOf(
  place: ObjectPlace,
  folder: string,
  revision: number,
  signal: AbortSignal,
): Promise<string> {
  const path = `${folder}/${revisionName(revision)}/${MANIFEST}`;
  return (await readJson<Partial<Pick<SeenRevision, 'runKey'>>>(place, path, signal))?.runKey ?? '';
}

/** What a manifest says, as far as `_current.json` needs it. */
type Manifest = Omit<Current, 'rows' | 'superseded'> & { readonly rows: { readonly delivered: number } };

/** Makes `_current.json` of a window name a revision that is complete there. */
export async function nameCurrent(
  place: ObjectPlace,
  folder: string,
  revision: number,
  signal: AbortSignal,
  seen?: Pick<Current, 'readAt' | 'complete' | 'final'>,
): Promise<void> {
  const path = `${revisionName(revision)}/${MANIFEST}`;
  const manifest = await readJson<Manifest & { readonly files?: unknown }>(place, `${folder}/${path}`, signal);
  if (manifest === undefined) return;
  const { deliveryId, rows, deliveredAt, readAt, complete, final, files } = manifest;
  const current = { deliveryId, revision, rows: rows.delivered, deliveredAt, readAt, complete, final, ...seen };
  await writeJson(place, `${folder}/${CURRENT}`, { version: 1, ...current, manifest: path, files }, signal);
}

/** Says in its `_current.json` that later windows cover a window. */
export async function markSuperseded(place: ObjectPlace, folder: string, signal: AbortSignal): Promise<void> {
  const current = await readCurrent(place, folder, signal);
  if (current === undefined || current.superseded === true) return;
  await writeJson(place, `${folder}/${CURRENT}`, { ...current, superseded: true }, signal);
}

async function readJson<T>(place: ObjectPlace, name: string, signal: AbortSignal): Promise<T | undefined> {
  const bytes = await place.read(name, signal);
  if (bytes === undefined) return undefined;
  try {
    // We wrote it, whole.
    return JSON.parse(Buffer.from(bytes).toString()) as T;
  } catch {
    return undefined;
  }
}

async function writeJson(place: ObjectPlace, name: string, value: object, signal: AbortSignal): Promise<void> {
  await place.write(name, oneChunk(Buffer.from(`${JSON.stringify(value, null, 2)}\n`)), signal);
}

export async function* oneChunk(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes);
}
