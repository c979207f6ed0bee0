import { CAUSES, type Cause } from '../../contract/closed-sets.js';
import { compareReadings, type LegReading } from '../../domain/journeys/compare-readings.js';
import { joinJourneys } from '../../domain/journeys/join-journeys.js';
import { readJourneyFilter } from '../../domain/journeys/journey.js';
import type { ContactChange, ReadingChanges, RecordsFrom, Source } from '../../ports/index.js';
import type { JourneyRule } from './derive-journeys.js';
import { readLegs } from './stored-pages.js';

/** Contacts that are kept of the changes of one revision: a person looks some of them up. */
const CONTACTS_MOST = 2_000;

/** What two readings of the same window differ in, contact by contact. */
export async function compareContacts(
  { before, after, filter: asked }: Parameters<NonNullable<Source['compare']>>[0],
  rule: JourneyRule,
): Promise<ReadingChanges> {
  const read = readJourneyFilter(asked);
  const filter = 'filter' in read ? read.filter : new Map<never, never>();
  const [old, recent] = [await readingOf(before, rule), await readingOf(after, rule)];
  const counts = new Map<Cause, number>();
  const contacts: ContactChange[] = [];
  for (const { cause, contactId, journeyId, startMs } of compareReadings(old, recent, filter)) {
    counts.set(cause, (counts.get(cause) ?? 0) + 1);
    if (contacts.length >= CONTACTS_MOST) continue;
    contacts.push({ cause, contactId, journeyId, start: new Date(startMs).toISOString() });
  }
  const causes = CAUSES.flatMap((cause) => {
    const count = counts.get(cause);
    return count === undefined ? [] : [{ cause, count }];
  });
  return { causes, contacts };
}

async function readingOf(
  { pages, window, localOf }: RecordsFrom,
  { definition: { settings }, afterCallWork }: JourneyRule,
): Promise<LegReading> {
  const { legs, readUntilMs } = await readLegs(pages, afterCallWork);
  const [fromMs, toMs] = [Date.parse(window.from), Date.parse(window.to)];
  return { legs, readUntilMs, joined: joinJourneys(legs, { fromMs, toMs, readUntilMs, settings, localOf }) };
}
