import { AdapterError } from '../../contract/adapter-error.js';
import type { Grain } from '../../contract/closed-sets.js';
import { isSuperseded, overlapWarning } from '../../domain/window-cover.js';
import type {
  Ambient,
  ObjectPlace,
  PartAnswer,
  RowDestination,
  RowsOfRevision,
  SeenRevision,
} from '../../ports/index.js';
import { ONE_PART, ROW_ATTEMPTS } from '../rows/attempts.js';
import { checkFiles } from './check.js';
import {
  completeRevisions,
  nameHighest,
  placedWindow,
  removeOld,
  standingRevision,
  supersedeOthers,
  windowsBeside,
} from './commit.js';
import { nameCurrent, readCurrent, writeRevision, writeWindowRow } from './documents.js';
import { windowFolder, type FileFormat } from './layout.js';

export interface FilesDestinationOptions {
  /** Names the place; opened when it is first used. */
  readonly url: string;
  readonly open: () => Promise<ObjectPlace>;
  readonly format: FileFormat;
  /** Revisions of a window that stay; absent: all. */
  readonly keepRevisions?: number;
  readonly grain?: Grain;
  readonly ambient: Ambient;
}

const WRITTEN: PartAnswer = { delivered: true, reason: 'written', permanent: false };
const SUPERSEDED: PartAnswer = { ...WRITTEN, reason: 'superseded', superseded: true };

/**
 * Writes each revision of a window as one file in a folder of its own, and names the one that counts in `_current.json`. A
 * file is visible when it is whole, a revision complete with its manifest.
 */
export function createFilesDestination(options: FilesDestinationOptions): RowDestination & { close(): Promise<void> } {
  const { url, open, format, keepRevisions, grain = 'rows', ambient } = options;
  let opened: Promise<ObjectPlace> | undefined;
  const place = (): Promise<ObjectPlace> => (opened ??= open());

  async function commit(at: ObjectPlace, revision: RowsOfRevision, signal: AbortSignal): Promise<PartAnswer> {
    const folder = windowFolder(revision);
    const [highest] = await completeRevisions(at, folder, signal);
    if (highest !== undefined && highest.revision > revision.revision) {
      await nameHighest(at, folder, highest.revision, signal);
      return SUPERSEDED;
    }
    const own = placedWindow(revision);
    const others = await windowsBeside(at, revision, signal);
    if (isSuperseded(own, others)) return SUPERSEDED;
    await writeRevision({ place: at, format }, revision, signal);
    await writeWindowRow({ place: at, format }, revision, signal);
    await nameHighest(at, folder, revision.revision, signal);
    const overlaps = await supersedeOthers(at, own, others, signal);
    if (keepRevisions !== undefined) await removeOld(at, folder, { keep: keepRevisions, now: ambient.now() }, signal);
    return overlaps === 0 ? WRITTEN : { ...WRITTEN, warnings: [overlapWarning(overlaps)] };
  }

  async function see(at: ObjectPlace, revision: SeenRevision, signal: AbortSignal): Promise<PartAnswer> {
    const folder = windowFolder(revision);
    const current = await readCurrent(at, folder, signal);
    if (current?.revision !== revision.revision || current.superseded === true) return SUPERSEDED;
    const { readAt, complete, final } = revision;
    await nameCurrent(at, folder, revision.revision, signal, { readAt, complete, final });
    await writeWindowRow({ place: at, format }, revision, signal);
    return WRITTEN;
  }

  return {
    kind: 'files',
    takes: 'rows',
    ...(grain !== 'rows' && { grain }),
    place: url,
    limits: ONE_PART,
    attempts: ROW_ATTEMPTS,
    signs: false,
    write: (revision, signal) => answered(signal, async () => commit(await place(), revision, signal), itself),
    seen: (revision, signal) => answered(signal, async () => see(await place(), revision, signal), itself),
    standing: (window, signal) =>
      answered(signal, async () => standingRevision(await place(), windowFolder(window), signal), unknown),
    async *check(signal, write) {
      yield* checkFiles(await place(), write === true, signal);
    },
    async close() {
      (await opened)?.close();
    },
  };
}

/** What the place refused is an answer. What the rows' own store refused is not: that is thrown. */
async function answered<T>(
  signal: AbortSignal,
  work: () => Promise<T>,
  otherwise: (refused: PartAnswer) => T,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof AdapterError) || error.details.facts?.['permanent'] === undefined) throw error;
    const permanent = error.details.facts['permanent'] === true;
    return otherwise({ delivered: false, reason: error.message, permanent });
  }
}

const itself = (refused: PartAnswer): PartAnswer => refused;
/** The write says what is wrong with the place. */
const unknown = (): undefined => undefined;
