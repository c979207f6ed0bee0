import type { Later } from '../../ports/index.js';
import type { ContactNames } from '../reporting/contact-fields.js';
import { detectNames, readSheet, type ContactsSource } from '../reporting/pages.js';
import type { Slice } from '../reporting/sheet-state.js';
import { storedContact } from './leg-of-contact.js';
import { hasLongHorizon, placeAfter, placeAgain, type ReadingPlace } from './reading.js';
import { contactsBody, readStoredPage, type ContactsPage } from './stored-pages.js';

/** One page of a day, and the place after it. */
export interface DayPage extends ContactsPage {
  readonly place: ReadingPlace;
  readonly isDone: boolean;
}

/** A page of the reading that is stored already, by its place. */
export type EarlierPage = (page: number) => Promise<ContactsPage>;

/** Ids of the slice under way by reading: without them a contact that comes twice is not seen. */
interface Seen {
  readonly place: string;
  readonly ids: Set<string>;
}

/** Readings whose ids are remembered; those of one that is forgotten are read out of its stored pages. */
const REMEMBERED = 16;

export interface DayReader {
  /** Asks until there is a page, or the source says "later". */
  read(
    at: { readonly queryId: string; readonly place: ReadingPlace; readonly earlier?: EarlierPage },
    signal: AbortSignal,
  ): Promise<DayPage | Later>;
}

/** Reads days of completed contacts page by page. What a place does not say is remembered here, and can be lost. */
export function createDayReader(contacts: Omit<ContactsSource, 'names'>): DayReader {
  let known: ContactNames | undefined;
  const memory = createIdMemory();

  /** The spellings of the tenant, asked for once; undefined where the slice has no contact. */
  const namesIn = async (slice: Slice, signal: AbortSignal): Promise<ContactNames | Later | undefined> => {
    if (known !== undefined) return known;
    const detected = await detectNames(contacts, slice, signal);
    if (detected !== undefined && !isLater(detected)) known = detected;
    return detected;
  };

  return {
    async read({ queryId, place: asked, earlier }, signal) {
      const ids = await memory.idsAt(queryId, asked, earlier);
      let place = ids === undefined ? placeAgain(asked) : asked;
      const [slice] = place.sheet.slices;
      const names = slice === undefined ? undefined : await namesIn(slice, signal);
      if (names !== undefined && isLater(names)) return names;
      const seen = ids ?? new Set<string>();
      for await (const step of names === undefined
        ? []
        : readSheet({ ...contacts, names }, place.sheet, signal, seen)) {
        if (step.kind === 'later') return step.later;
        // What was kept of a slice that is read again stays: of a contact that came twice, the joining takes one.
        if (step.kind === 'again') {
          // The set of ids is of the new slice from here on: a reading that breaks off must not find it.
          if (step.discard) memory.forget(queryId);
          place = { ...place, sheet: step.state, ...(step.discard && { sliceFrom: place.page }) };
          continue;
        }
        const isWide = place.isWide || step.contacts.some(hasLongHorizon);
        const next = placeAfter(place, { sheet: step.state, isWide, seen: seen.size });
        memory.remember(queryId, next, seen);
        const body = contactsBody(step.contacts.map(storedContact));
        return { rows: step.contacts.length, body, place: next, isDone: step.state.slices.length === 0 };
      }
      const next = placeAfter(place, { ...place, sheet: { ...place.sheet, slices: [] } });
      return { rows: 0, body: contactsBody([]), place: next, isDone: true };
    },
  };
}

interface IdMemory {
  remember(queryId: string, place: ReadingPlace, ids: Set<string>): void;
  forget(queryId: string): void;
  /** Ids of the slice so far; undefined where nobody knows them any more. */
  idsAt(queryId: string, place: ReadingPlace, earlier?: EarlierPage): Promise<Set<string> | undefined>;
}

function createIdMemory(): IdMemory {
  const remembered = new Map<string, Seen>();
  return {
    remember(queryId, { sheet }, ids) {
      remembered.delete(queryId);
      remembered.set(queryId, { place: JSON.stringify(sheet), ids });
      const [oldest] = remembered.keys();
      if (remembered.size > REMEMBERED && oldest !== undefined) remembered.delete(oldest);
    },
    forget: (queryId) => remembered.delete(queryId),
    async idsAt(queryId, place, earlier) {
      if (place.sheet.skip === 0) return new Set();
      const seen = remembered.get(queryId);
      if (seen?.place === JSON.stringify(place.sheet)) return seen.ids;
      return earlier && idsIn(earlier, place);
    },
  };
}

/** Pages hold the contacts of the slice alone; those that came beside it count as well, under whatever name. */
async function idsIn(earlier: EarlierPage, { sliceFrom, page, seen }: ReadingPlace): Promise<Set<string>> {
  const ids = new Set<string>();
  for (let place = sliceFrom; place < page; place += 1) {
    for (const { contactId } of readStoredPage((await earlier(place)).body).data) ids.add(contactId ?? '');
  }
  for (let beside = ids.size; beside < seen; beside += 1) ids.add(`beside the slice: ${beside}`);
  return ids;
}

export function isLater(value: object): value is Later {
  return 'state' in value;
}
