import { joinJourneys } from '../../domain/journeys/join-journeys.js';
import { LegTable } from '../../domain/journeys/legs/leg-table.js';
import type { Later, SourceInspection } from '../../ports/index.js';
import { CxoneError } from '../http/errors.js';
import type { HttpAnswer } from '../http/http.js';
import { isJsonObject, parseJson } from '../http/json-body.js';
import { absentFields, contactReader, fieldsParameter, type ContactRecord } from '../reporting/contact-fields.js';
import { readContactsDocument, type ContactsDocument } from '../reporting/contacts-document.js';
import { detectNames, type ContactsSource } from '../reporting/pages.js';
import { beginSheet, questionOf, type Slice } from '../reporting/sheet-state.js';
import type { JourneyRule } from './derive-journeys.js';
import { legOfContact, storedContact } from './leg-of-contact.js';
import { isLater } from './read-day.js';
import { DAY_MS } from './reading.js';

type Ask = (path: string, query: URLSearchParams, signal: AbortSignal) => Promise<HttpAnswer>;

export interface Inspecting extends Pick<JourneyRule, 'definition' | 'afterCallWork'>, Omit<ContactsSource, 'names'> {
  readonly get: Ask;
}

type Looked = Omit<SourceInspection, 'tenantId' | 'api' | 'apiVersion'>;

const CONTACTS = 1_000;
const JOURNEYS = 20;
/** How far back is looked for the oldest contacts, in weeks. */
const WEEKS_BACK = [4, 13, 26, 52, 108, 160] as const;
const WEEK_MS = 7 * DAY_MS;

/** Looks at one page of a day, and asks a few short questions. Of what comes nothing personal is read. */
export async function inspectContacts(inspecting: Inspecting, day: string, signal: AbortSignal): Promise<Looked> {
  const slice = { fromMs: Date.parse(day), toMs: Date.parse(day) + DAY_MS };
  const names = settledOr(await detectNames(inspecting, slice, signal));
  const page = names && (await pageOf(inspecting, slice, fieldsParameter(names), signal));
  const read = names && contactReader(names);
  const inDay = ({ startMs }: ContactRecord): boolean =>
    startMs !== null && startMs >= slice.fromMs && startMs < slice.toMs;
  const contacts = page && read ? page.contacts.map(read).filter(inDay) : [];
  const [oldest, summary, timeZone] = await Promise.all([
    oldestOf(inspecting, slice.fromMs, contacts.length > 0, signal),
    summaryOf(inspecting, slice, signal),
    timeZoneOf(inspecting, signal),
  ]);
  const found = names && { start: names.startMs ?? '', found: Object.values(names), absent: absentFields(names) };
  return {
    day,
    fields: found ?? null,
    total: page === undefined ? 0 : page.total,
    oldest,
    summary,
    timeZone,
    ...tallied(inspecting, contacts, slice),
  };
}

function settledOr<T extends object>(answer: T | Later | undefined): T | undefined {
  if (answer === undefined || !isLater(answer)) return answer;
  const message = `The source asks to come back later (${answer.reason}); check it again in a minute.`;
  throw new CxoneError('UpstreamUnavailable', message, { operation: 'page', effect: 'none' });
}

async function pageOf(
  { ask, reason }: Inspecting,
  slice: Slice,
  fields: string,
  signal: AbortSignal,
): Promise<ContactsDocument> {
  // The day and nothing beside it: its total is to be compared with a screen.
  const [startDate, endDate] = [slice.fromMs, slice.toMs].map((at) => new Date(at).toISOString());
  const question = { fields, startDate: startDate ?? '', endDate: endDate ?? '' };
  const answer = await ask(questionOf(beginSheet(slice, CONTACTS), slice, question), signal);
  if (answer.status === 200) return readContactsDocument(answer.body);
  const said = `${answer.status} (${reason(answer) ?? 'without a reason'})`;
  const message = `The source gave one contact of the day, and answered ${said} for a page of ${CONTACTS}; look at another day.`;
  throw new CxoneError('UpstreamUnavailable', message, { operation: 'page', status: answer.status, effect: 'none' });
}

function tallied(
  { definition: { settings }, afterCallWork }: Inspecting,
  contacts: readonly ContactRecord[],
  { fromMs, toMs }: Slice,
): Pick<Looked, 'looked' | 'media' | 'skills' | 'teams' | 'neverQueued' | 'orphans' | 'suspectedSplits' | 'journeys'> {
  const legs = new LegTable(contacts.length);
  for (const contact of contacts) legs.add(legOfContact(storedContact(contact), afterCallWork));
  const joined = joinJourneys(legs, { fromMs, toMs, readUntilMs: toMs, settings, localOf: (instant) => instant });
  const media = new Map<string | null, { id: string | null; label: string | null; contacts: number }>();
  const neverQueued = contacts.filter(
    (each) => each.isOutbound !== true && !((each.inQueueSeconds ?? 0) > 0) && each.agentId === null,
  );
  for (let row = 0; row < legs.count; row += 1) {
    const name = legs.pools.channel.name(legs.nameNumber('channel', row));
    media.set(name.id, { ...name, contacts: (media.get(name.id)?.contacts ?? 0) + 1 });
  }
  const distinct = (ids: readonly (string | null)[]): number => new Set(ids.filter((id) => id !== null)).size;
  const roots = [...joined.roots()].sort((one, other) => legs.start(one) - legs.start(other)).slice(0, JOURNEYS);
  return {
    looked: contacts.length,
    media: [...media.values()].sort((one, other) => other.contacts - one.contacts),
    skills: distinct(contacts.map(({ skillId }) => skillId)),
    teams: distinct(contacts.map(({ teamId }) => teamId)),
    neverQueued: {
      contacts: neverQueued.length,
      abandoned: neverQueued.filter(({ abandoned }) => abandoned === true).length,
    },
    orphans: joined.counts.orphans,
    suspectedSplits: joined.counts.suspectedSplits,
    journeys: roots.map((root) => {
      const { journeyId, startMs, outcome } = joined.journeyAt(root);
      const contactIds = [...joined.legsOf(root)].map((row) => legs.contacts.text(row)).reverse();
      return { rootId: journeyId, start: new Date(startMs).toISOString(), outcome, contactIds };
    }),
  };
}

/** Weeks are looked at further and further back, and then the gap between the last with contacts and the first without. */
async function oldestOf(
  { ask }: Inspecting,
  dayMs: number,
  hasDay: boolean,
  signal: AbortSignal,
): Promise<Looked['oldest']> {
  const hasWeek = async (weeks: number): Promise<boolean> => {
    const fromMs = dayMs - weeks * WEEK_MS;
    const slice = { fromMs, toMs: fromMs + WEEK_MS };
    const answer = await ask(questionOf(beginSheet(slice, 1), slice, {}), signal);
    // A week that takes too long to count has contacts; one that is refused is not known to have any.
    if (answer.status === 408 || answer.status === 504) return true;
    return answer.status === 200 && readContactsDocument(answer.body).contacts.length > 0;
  };
  let known = 0;
  let without: number | undefined;
  for (const weeks of WEEKS_BACK) {
    if (await hasWeek(weeks)) known = weeks;
    else {
      without = weeks;
      break;
    }
  }
  while (without !== undefined && without - known > 1) {
    const middle = Math.floor((known + without) / 2);
    if (await hasWeek(middle)) known = middle;
    else without = middle;
  }
  if (known === 0 && !hasDay) return null;
  return { day: new Date(dayMs - known * WEEK_MS).toISOString().slice(0, 10), before: without === undefined };
}

/** Whether CXone gives its sums by skill: `given`, or why not. */
export async function summaryOf(
  { get, reason }: Inspecting,
  { fromMs, toMs }: Slice,
  signal: AbortSignal,
): Promise<string> {
  const query = new URLSearchParams({
    startDate: new Date(fromMs).toISOString(),
    endDate: new Date(toMs).toISOString(),
  });
  const { status, ...answer } = await get('skills/summary', query, signal);
  if (status === 200 || status === 204) return 'given';
  return `not given: ${status} (${reason({ status, ...answer }) ?? 'without a reason'})`;
}

async function timeZoneOf({ get }: Inspecting, signal: AbortSignal): Promise<string | null> {
  const answer = await get('business-unit', new URLSearchParams(), signal);
  const document = answer.status === 200 ? parseJson(answer.body) : undefined;
  const units = isJsonObject(document) ? document['businessUnits'] : undefined;
  const [unit] = Array.isArray(units) ? (units as readonly unknown[]) : [];
  const zone = isJsonObject(unit) ? unit['defaultTimeZone'] : undefined;
  return typeof zone === 'string' ? zone.slice(0, 100) : null;
}
