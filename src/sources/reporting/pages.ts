import { createHash } from 'node:crypto';
import type { Later } from '../../ports/index.js';
import { CxoneError, malformed } from '../http/errors.js';
import type { HttpAnswer } from '../http/http.js';
import { later } from '../analytics/result-answer.js';
import { statusFailure } from '../http/status-failure.js';
import { contactReader, fieldsParameter, namesIn, type ContactNames, type ContactRecord } from './contact-fields.js';
import { NO_CONTACTS, readContactsDocument, type ContactsDocument } from './contacts-document.js';
import { afterPage, askForLess, questionOf, restart, type SheetState, type Slice } from './sheet-state.js';

/** Where contacts are asked for, and how. */
export interface ContactsSource {
  /** Sends one GET of completed contacts with a token; see `ReportingClient.send`. */
  readonly ask: (query: URLSearchParams, signal: AbortSignal) => Promise<HttpAnswer>;
  readonly reason: (answer: HttpAnswer) => string | undefined;
  /** Detected before: {@link detectNames}. */
  readonly names: ContactNames;
  /** Where the tenant takes one. */
  readonly orderBy?: string;
}

/** What one request came to. `slice` names what it was asked for; a step that discards means every page of it so far. */
export type SheetStep =
  | {
      readonly kind: 'page';
      readonly slice: Slice;
      /** Contacts that begin in the slice. */
      readonly contacts: readonly ContactRecord[];
      /** Contacts that came and begin outside of it. */
      readonly outside: number;
      readonly state: SheetState;
    }
  | {
      readonly kind: 'again';
      readonly slice: Slice;
      readonly discard: boolean;
      readonly why: string;
      readonly state: SheetState;
    }
  | { readonly kind: 'later'; readonly later: Later; readonly state: SheetState };

const RIGHT = 'give the user of the access key the right to read completed contacts';
const TOO_SLOW = new Set([408, 504]);

/**
 * The spellings of the tenant's fields, from one contact; undefined where the window has none. The one question without
 * `fields`: what it brings beside names is dropped here.
 */
export async function detectNames(
  source: Omit<ContactsSource, 'names'>,
  window: Slice,
  signal: AbortSignal,
): Promise<ContactNames | Later | undefined> {
  const state = { slices: [window], skip: 0, top: 1, link: '', restarts: 0 };
  let document: ContactsDocument | Later;
  try {
    document = readAnswer(await source.ask(questionOf(state, window, {}), signal), source.reason);
  } catch (error) {
    // One contact cannot become fewer: what took too long was the window.
    const less = isTooMuch(error) ? askForLess({ ...state, top: 0 }) : undefined;
    if (less === undefined) throw error;
    for (const half of less.state.slices) {
      const names = await detectNames(source, half, signal);
      if (names !== undefined) return names;
    }
    return undefined;
  }
  if ('state' in document) return document;
  const [first] = document.contacts;
  return first === undefined ? undefined : namesIn(first);
}

/**
 * Reads on until all slices of the state are read, or the source says "later". Pages may hold a contact twice, and two
 * slices never hold the same one; a slice whose contacts are not as many different ones as were promised is read again.
 * @param seen ids that were kept of the slice under way, where a reading is gone on with
 * @throws CxoneError; `IncompleteResult` after three readings of a slice that did not add up
 */
export async function* readSheet(
  source: ContactsSource,
  begun: SheetState,
  signal: AbortSignal,
  seen = new Set<string>(),
): AsyncGenerator<SheetStep> {
  const read = contactReader(source.names);
  let state = begun;
  for (let slice = state.slices[0]; slice !== undefined; slice = state.slices[0]) {
    const document = await askOrLess(source, state, slice, signal);
    if ('kind' in document) {
      yield document;
      if (document.kind === 'later') return;
      if (document.kind === 'again' && document.discard) seen.clear();
      state = document.state;
      continue;
    }
    const step = take(state, slice, document, read, seen);
    yield step;
    state = step.state;
    if (step.kind === 'again' || state.slices[0] !== slice) seen.clear();
  }
}

/** One page, or what is to be done in place of it. */
async function askOrLess(
  { ask, reason, names, orderBy }: ContactsSource,
  state: SheetState,
  slice: Slice,
  signal: AbortSignal,
): Promise<ContactsDocument | SheetStep> {
  const more = { fields: fieldsParameter(names), ...(orderBy !== undefined && { orderBy }) };
  try {
    const answer = await ask(questionOf(state, slice, more), signal);
    if (TOO_SLOW.has(answer.status)) throw statusFailure(answer, 'page', { reason, right: RIGHT });
    const read = readAnswer(answer, reason);
    return 'state' in read ? { kind: 'later', later: read, state } : read;
  } catch (error) {
    const less = isTooMuch(error) ? askForLess(state) : undefined;
    if (less === undefined) throw error;
    const why = state.top > less.state.top ? `fewer rows a page: ${less.state.top}` : 'a window of half the length';
    return { kind: 'again', slice, why, ...less };
  }
}

/** The answer took too long, or was too large. Anything else would not get better by asking for less. */
function isTooMuch(error: unknown): boolean {
  if (!(error instanceof CxoneError)) return false;
  const { status, code } = error.details;
  return (
    error.failureType === 'ResponseTooLarge' || code === 'timeout' || (status !== undefined && TOO_SLOW.has(status))
  );
}

function readAnswer(answer: HttpAnswer, reason: ContactsSource['reason']): ContactsDocument | Later {
  switch (answer.status) {
    case 200:
      if (answer.body.byteLength > 0) return readContactsDocument(answer.body);
      throw malformed('page', `is empty (${reason(answer) ?? 'without a reason'})`, { status: 200 });
    case 204:
      return NO_CONTACTS;
    case 429:
      return later('rate limited', answer);
    case 503:
      return later('unavailable', answer);
    default:
      throw statusFailure(answer, 'page', { reason, right: RIGHT });
  }
}

function take(
  state: SheetState,
  slice: Slice,
  document: ContactsDocument,
  read: (contact: ContactsDocument['contacts'][number]) => ContactRecord,
  seen: Set<string>,
): SheetStep {
  const records = document.contacts.map(read);
  const { total, next } = document;
  const ids = createHash('sha256');
  for (const { contactId } of records) {
    if (contactId === null) throw malformed('page', 'holds a contact without its id', { status: 200 });
    ids.update(`${contactId} `);
    seen.add(contactId);
  }
  let verdict = afterPage(state, { rows: records.length, total, next, ids: ids.digest('hex') });
  if (verdict.kind === 'kept' && verdict.sliceDone && seen.size < state.skip + records.length) {
    verdict = restart(state, `${state.skip + records.length} contacts came, ${seen.size} different ones`);
  }
  if (verdict.kind === 'kept') {
    const contacts = records.filter(({ startMs }) => isWithin(startMs, slice));
    return { kind: 'page', slice, contacts, outside: records.length - contacts.length, state: verdict.state };
  }
  if (verdict.state === undefined) throw incomplete(slice, verdict.why);
  return { kind: 'again', slice, discard: true, why: verdict.why, state: verdict.state };
}

function isWithin(startMs: number | null, { fromMs, toMs }: Slice): boolean {
  if (startMs === null) throw malformed('page', 'holds a contact without its start', { status: 200 });
  return startMs >= fromMs && startMs < toMs;
}

function incomplete({ fromMs, toMs }: Slice, why: string): CxoneError {
  const range = `${new Date(fromMs).toISOString()} to ${new Date(toMs).toISOString()}`;
  const message = `The contacts from ${range} did not add up three times (${why}); ask again when the source is quiet.`;
  return new CxoneError('IncompleteResult', message, { operation: 'page', effect: 'none' });
}
