import { isSuperseded, overlapping, overlaps, type PlacedWindow } from '../../domain/window-cover.js';
import type { ObjectPlace, SeenRevision, StandingRevision } from '../../ports/index.js';
import { claimantOf, markSuperseded, nameCurrent, readCurrent } from './documents.js';
import { MANIFEST, revisionIn, revisionName, seriesFolder, windowFolder, windowIn } from './layout.js';

const DAY_MS = 86_400_000;

/** Revisions of a window that are complete, the newest first, and when each became so. */
export async function completeRevisions(
  place: ObjectPlace,
  folder: string,
  signal: AbortSignal,
): Promise<readonly { readonly revision: number; readonly completeAt: number }[]> {
  const found: { revision: number; completeAt: number }[] = [];
  for (const { name, writtenAt } of await place.objects(folder, signal)) {
    const [directory = '', file] = name.slice(folder.length + 1).split('/');
    const revision = revisionIn(directory);
    if (revision !== undefined && file === MANIFEST) found.push({ revision, completeAt: writtenAt });
  }
  return found.sort((one, other) => other.revision - one.revision);
}

/** The highest complete revision of a window, if any. */
export async function standingRevision(
  place: ObjectPlace,
  folder: string,
  signal: AbortSignal,
): Promise<StandingRevision | undefined> {
  const [highest] = await completeRevisions(place, folder, signal);
  if (highest === undefined) return undefined;
  return { revision: highest.revision, runKey: await claimantOf(place, folder, highest.revision, signal) };
}

/**
 * Names the highest complete revision, and looks again: where two writers were under way, whichever looks last sees the
 * other's revision.
 */
export async function nameHighest(place: ObjectPlace, folder: string, own: number, signal: AbortSignal): Promise<void> {
  for (let named = own; ;) {
    await nameCurrent(place, folder, named, signal);
    const [highest] = await completeRevisions(place, folder, signal);
    if (highest === undefined || highest.revision <= named) return;
    named = highest.revision;
  }
}

interface FiledWindow extends PlacedWindow {
  readonly folder: string;
}

/** Windows of the series that share an instant with this one: by the names of their folders, of which few are read. */
export async function windowsBeside(
  place: ObjectPlace,
  revision: SeenRevision,
  signal: AbortSignal,
): Promise<readonly FiledWindow[]> {
  const folder = seriesFolder(revision);
  const own = boundsOf(revision);
  const windows: FiledWindow[] = [];
  for (const name of await place.folders(folder, signal)) {
    const bounds = windowIn(name);
    const path = `${folder}/${name}`;
    if (bounds === undefined || path === windowFolder(revision) || !overlaps(bounds, own)) continue;
    const current = await readCurrent(place, path, signal);
    if (current === undefined) continue;
    const { deliveryId, deliveredAt } = current;
    windows.push({ ...bounds, claimedAt: Date.parse(deliveredAt), deliveryId, folder: path });
  }
  return windows;
}

export function placedWindow(revision: SeenRevision): PlacedWindow {
  const { deliveryId, claimedAt } = revision;
  return { ...boundsOf(revision), deliveryId, claimedAt: Date.parse(claimedAt) };
}

function boundsOf({ window }: SeenRevision): { from: number; to: number } {
  return { from: Date.parse(window.from), to: Date.parse(window.to) };
}

/** Marks the windows that later ones now cover; returns how many others still overlap. */
export async function supersedeOthers(
  place: ObjectPlace,
  own: PlacedWindow,
  others: readonly FiledWindow[],
  signal: AbortSignal,
): Promise<number> {
  const all = [own, ...others];
  for (const each of others) if (isSuperseded(each, all)) await markSuperseded(place, each.folder, signal);
  return overlapping<PlacedWindow>(own, all).length;
}

/** Deletes revisions beyond the newest ones, a day after the next one became complete at the earliest. */
export async function removeOld(
  place: ObjectPlace,
  folder: string,
  { keep, now }: { readonly keep: number; readonly now: number },
  signal: AbortSignal,
): Promise<void> {
  const revisions = await completeRevisions(place, folder, signal);
  for (const [index, { revision }] of revisions.entries()) {
    const next = revisions[index - 1];
    if (index < keep || next === undefined || next.completeAt > now - DAY_MS) continue;
    const own = `${folder}/${revisionName(revision)}`;
    const names = (await place.objects(own, signal)).map(({ name }) => name);
    // The manifest first: it makes the revision one.
    const manifest = `${own}/${MANIFEST}`;
    await place.remove([manifest], signal);
    const row = (await place.objects(`_windows/${own}`, signal)).map(({ name }) => name);
    await place.remove([...names.filter((name) => name !== manifest), ...row], signal);
  }
}
