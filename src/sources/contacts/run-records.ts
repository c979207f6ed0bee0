import { joinJourneys, type JoinedJourneys } from '../../domain/journeys/join-journeys.js';
import { DIMENSIONS, type Dimension, type Journey } from '../../domain/journeys/journey.js';
import type { Leg, Named } from '../../domain/journeys/legs/leg.js';
import type { JourneyRecord, LegRecord, RecordGrain, RecordOf, RecordsFrom } from '../../ports/index.js';
import type { JourneyRule } from './derive-journeys.js';
import { legOfContact } from './leg-of-contact.js';
import { readLegs, readStoredPage } from './stored-pages.js';

/** The journeys of a run's window, or the contacts that begin in it, in the order in which they were read. */
export async function* runRecords(
  grain: RecordGrain,
  from: RecordsFrom,
  { definition: { settings }, afterCallWork }: JourneyRule,
): AsyncGenerator<RecordOf<RecordGrain>> {
  const { pages, window, localOf } = from;
  const { legs, readUntilMs } = await readLegs(pages, afterCallWork);
  const [fromMs, toMs] = [Date.parse(window.from), Date.parse(window.to)];
  const joined = joinJourneys(legs, { fromMs, toMs, readUntilMs, settings, localOf });
  if (grain === 'journeys') {
    for (const journey of joined.journeys()) yield journeyRecord(journey);
    return;
  }
  // The table has not all columns: the pages are read once more, row by row as the table has them.
  let row = 0;
  for await (const body of pages) {
    for (const contact of readStoredPage(body).data) {
      if (joined.isOfWindow(row)) yield legRecord(legOfContact(contact, afterCallWork), rootIdOf(joined, legs, row));
      row += 1;
    }
  }
}

function rootIdOf(
  joined: JoinedJourneys,
  { contacts }: { readonly contacts: { text(row: number): string } },
  row: number,
): string | null {
  const root = joined.rootOf(row);
  return root === -1 ? null : contacts.text(root);
}

function journeyRecord(journey: Journey): JourneyRecord {
  const { journeyId, startMs, endMs, outcome, outcomeClass, isFinal, legs, transfers, waitMs, talkMs } = journey;
  return {
    rootId: journeyId,
    start: new Date(startMs).toISOString(),
    end: new Date(endMs).toISOString(),
    outcome,
    outcomeClass,
    final: isFinal,
    ...namedFields(journey),
    legs,
    transfers,
    waitSeconds: waitMs / 1_000,
    talkSeconds: talkMs / 1_000,
  };
}

function legRecord(leg: Leg, rootId: string | null): LegRecord {
  return {
    contactId: leg.contactId,
    masterContactId: leg.masterContactId,
    rootId,
    start: new Date(leg.startMs).toISOString(),
    durationSeconds: leg.durationSeconds,
    preQueueSeconds: leg.preQueueSeconds,
    queueSeconds: leg.queueSeconds,
    agentSeconds: leg.agentSeconds,
    afterCallSeconds: leg.afterCallSeconds,
    abandonSeconds: leg.abandonSeconds,
    callbackSeconds: leg.callbackSeconds,
    outbound: leg.isOutbound,
    abandoned: leg.isAbandoned,
    shortAbandon: leg.isShortAbandon,
    refused: leg.isRefused,
    transfer: leg.transfer,
    agentId: leg.agentId,
    disposition: leg.disposition.id,
    ...namedFields(leg),
  };
}

type NamedFields = Record<Dimension | `${Dimension}Label`, string | null>;

function namedFields(of: Readonly<Record<Dimension, Named>>): NamedFields {
  const fields = DIMENSIONS.flatMap((name) => [
    [name, of[name].id],
    [`${name}Label`, of[name].label],
  ]);
  // The cast: every dimension is there, twice.
  return Object.fromEntries(fields) as NamedFields;
}
