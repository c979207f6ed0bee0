import type { Later } from '../../ports/index.js';
import type { ContactNames, ContactRecord } from '../reporting/contact-fields.js';
import { detectNames, readSheet, type ContactsSource } from '../reporting/pages.js';
import type { Slice } from '../reporting/sheet-state.js';
import { hasLongHorizon, placeAgain, type ReadingPlace } from './reading.js';

/** One page of a day, and the place after it; undefined once the day is done. */
export interface DayPage {
  readonly contacts: readonly ContactRecord[];
  readonly place: ReadingPlace;
  readonly isDone: boolean;
}

/** Ids of the slice under way by reading: without them a contact that comes twice is not seen. */
interface Seen {
  readonly place: string;
  readonly ids: Set<string>;
}

/** Readings whose ids are remembered; one that is forgotten begins its slice again. */
const REMEMBERED = 16;

export interface DayReader {
  /** Asks until there is a page, or the source says "later". */
  read(queryId: string, place: ReadingPlace, signal: AbortSignal): Promise<DayPage | Later>;
}

/** Reads days of completed contacts page by page. What a place does not say is remembered here, and can be lost. */
export function createDayReader(contacts: Omit<ContactsSource, 'names'>): DayReader {
  let known: ContactNames | undefined;
  const remembered = new Map<string, Seen>();

  /** The spellings of the tenant, asked for once; undefined where the slice has no contact. */
  const namesIn = async (slice: Slice, signal: AbortSignal): Promise<ContactNames | Later | undefined> => {
    if (known !== undefined) return known;
    const detected = await detectNames(contacts, slice, signal);
    if (detected !== undefined && !isLater(detected)) known = detected;
    return detected;
  };

  const remember = (queryId: string, { sheet }: ReadingPlace, ids: Set<string>): void => {
    remembered.delete(queryId);
    remembered.set(queryId, { place: JSON.stringify(sheet), ids });
    const [oldest] = remembered.keys();
    if (remembered.size > REMEMBERED && oldest !== undefined) remembered.delete(oldest);
  };

  return {
    async read(queryId, asked, signal) {
      const seen = remembered.get(queryId);
      const goesOn = asked.sheet.skip > 0 && seen?.place === JSON.stringify(asked.sheet);
      const place = asked.sheet.skip > 0 && !goesOn ? placeAgain(asked) : asked;
      const [slice] = place.sheet.slices;
      const names = slice === undefined ? undefined : await namesIn(slice, signal);
      if (names === undefined) return { contacts: [], place, isDone: true };
      if (isLater(names)) return names;
      const ids = goesOn ? seen.ids : new Set<string>();
      for await (const step of readSheet({ ...contacts, names }, place.sheet, signal, ids)) {
        if (step.kind === 'later') return step.later;
        // What was kept of a slice that is read again stays: of a contact that came twice, the joining takes one.
        if (step.kind === 'again') continue;
        const isWide = place.isWide || step.contacts.some(hasLongHorizon);
        const next = { ...place, sheet: step.state, isWide };
        remember(queryId, next, ids);
        return { contacts: step.contacts, place: next, isDone: step.state.slices.length === 0 };
      }
      return { contacts: [], place, isDone: true };
    },
  };
}

function isLater(value: ContactNames | Later): value is Later {
  return 'state' in value;
}
