import type { Cause } from '../../contract/closed-sets.js';
import type { JoinedJourneys } from './join-journeys.js';
import { passesFilter, type JourneyFilter } from './journey.js';
import type { LegTable } from './legs/leg-table.js';
import { indexContacts } from './legs/leg-tree.js';

/** The legs of a window as they were read once. */
export interface LegReading {
  readonly legs: LegTable;
  readonly joined: JoinedJourneys;
  /** Nothing that begins later was read. */
  readonly readUntilMs: number;
}

/** A leg that made a difference, or the root of a journey that did. */
interface LegChange {
  readonly cause: Cause;
  readonly contactId: string;
  readonly journeyId: string;
  readonly startMs: number;
}

const NONE = -1;

/**
 * What two readings of a window differ in, leg by leg: legs that came and were late, journeys that were open and are not
 * any more, legs that changed or went. Only journeys that pass the filter, before or after.
 */
export function* compareReadings(before: LegReading, after: LegReading, filter: JourneyFilter): Generator<LegChange> {
  const [known, now] = [finder(before.legs), finder(after.legs)];
  for (const root of after.joined.roots()) {
    const was = known(after.legs, root);
    const old = was === NONE || before.joined.rootOf(was) !== was ? NONE : was;
    if (!isAskedFor(after, root, filter) && (old === NONE || !isAskedFor(before, old, filter))) continue;
    yield* changesOf(before, after, root, { old, known });
  }
  for (const root of before.joined.roots()) {
    if (!isAskedFor(before, root, filter)) continue;
    for (const row of before.joined.legsOf(root)) {
      if (now(before.legs, row) === NONE) yield changeOf('source-changed', before.legs, { row, root });
    }
  }
}

/** @returns the row of the same contact in the table; -1 where it has none */
function finder(legs: LegTable): (other: LegTable, row: number) => number {
  const { rowOf } = indexContacts(legs);
  return ({ contacts }, row) => rowOf(contacts.high(row), contacts.low(row));
}

function isAskedFor({ joined }: LegReading, root: number, filter: JourneyFilter): boolean {
  return filter.size === 0 || passesFilter(joined.journeyAt(root), filter);
}

function* changesOf(
  before: LegReading,
  after: LegReading,
  root: number,
  { old, known }: { readonly old: number; readonly known: (legs: LegTable, row: number) => number },
): Generator<LegChange> {
  let explained = false;
  let wentOn = false;
  for (const row of after.joined.legsOf(root)) {
    const was = known(after.legs, row);
    if (was !== NONE && before.legs.isSame(was, after.legs, row)) continue;
    // What began after the reading was not late: time had to pass.
    if (was === NONE && after.legs.start(row) >= before.readUntilMs) wentOn = true;
    else {
      explained = true;
      yield changeOf(was === NONE ? 'late-legs' : 'source-changed', after.legs, { row, root });
    }
  }
  if (wentOn || (!explained && hasSettled(before, after, { old, root }))) {
    yield changeOf('settled', after.legs, { row: root, root });
  }
}

/** Open then and not now. */
function hasSettled(
  before: LegReading,
  after: LegReading,
  { old, root }: { readonly old: number; readonly root: number },
): boolean {
  return old !== NONE && !before.joined.journeyAt(old).isFinal && after.joined.journeyAt(root).isFinal;
}

function changeOf(
  cause: Cause,
  legs: LegTable,
  { row, root }: { readonly row: number; readonly root: number },
): LegChange {
  const [contactId, journeyId] = [legs.contacts.text(row), legs.contacts.text(root)];
  return { cause, contactId, journeyId, startMs: legs.start(root) };
}
