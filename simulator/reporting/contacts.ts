import type { Fault } from '../faults/fault.js';
import type { Reply } from '../http/reply.js';
import { jsonText, originOf, spoiltAs } from './api.js';
import type { AuthorisedCall, ReportingFacts, ReportingOutcome, ReportingState } from './api.js';
import type { LegSelection } from './legs/book.js';
import type { Leg } from './legs/leg.js';
import { legWriter, type LegWriter } from './legs/wire.js';
import { refuse } from './refusals.js';
import type { ReportingSettings } from './settings.js';
import { windowIn } from './window.js';

/** Parameters that the real API has beside these are refused: an answer that leaves them out would be a wrong one. */
const PARAMETERS = new Set(['startDate', 'endDate', 'fields', 'top', 'skip', 'orderBy']);
/** Whatever is asked for, contacts come by their start; another order is refused. */
const ORDERS = /^(contactStart|contactStartDate)( asc)?$/i;

interface Asked {
  readonly selection: LegSelection;
  readonly write: LegWriter;
  readonly skip: number;
  readonly top: number;
}

/** `GET …/contacts/completed`: one page of the contacts that began in a window. */
export function answerContacts(state: ReportingState, call: AuthorisedCall): ReportingOutcome {
  const { settings } = state;
  const { searchParams } = call.url;
  const text = (name: string): string | undefined => searchParams.get(name) ?? undefined;
  const asked = readQuestion(state, call);
  const facts: ReportingFacts = { ...call.facts, ...stated(text) };
  const common = { operation: 'contacts', subject: text('startDate') ?? '' } as const;
  if ('refused' in asked) {
    const [status, reason] = asked.refused;
    const reply = refuse(settings, 'header', status, reason);
    return { ...common, reply, facts, spoilt: spoiltAs(settings, 'header') };
  }
  const legs = pageOf(asked, asked.skip);
  const { total } = asked.selection;
  const say = (page: readonly Leg[], totalRecords: number): Reply => documentOf(state, call, asked, page, totalRecords);
  return {
    ...common,
    reply: say(legs, total),
    facts: { ...facts, skip: asked.skip, top: asked.top, rows: legs.length, total },
    effect: () => undefined,
    spoilt: (fault) => spoil(fault, asked, legs, say) ?? spoiltAs(settings, 'header')(fault),
  };
}

function stated(text: (name: string) => string | undefined): ReportingFacts {
  const [startDate, endDate, fields, orderBy] = ['startDate', 'endDate', 'fields', 'orderBy'].map(text);
  return {
    ...(startDate !== undefined && { startDate }),
    ...(endDate !== undefined && { endDate }),
    ...(fields !== undefined && { fields }),
    ...(orderBy !== undefined && { orderBy }),
  };
}

interface Refused {
  readonly refused: readonly [status: number, reason: string];
}

function readQuestion({ settings, book }: ReportingState, call: AuthorisedCall): Asked | Refused {
  const { searchParams } = call.url;
  const strange = [...searchParams.keys()].find((name) => !PARAMETERS.has(name));
  if (strange !== undefined) return { refused: [400, `${strange} is not simulated`] };
  const orderBy = searchParams.get('orderBy');
  if (orderBy !== null && (settings.orderBy === 'refused' || !ORDERS.test(orderBy))) {
    return { refused: [400, 'Invalid orderBy'] };
  }
  const skip = wholeNumber(searchParams.get('skip') ?? '0');
  const asked = wholeNumber(searchParams.get('top') ?? String(settings.topCap));
  if (skip === undefined || asked === undefined || asked === 0) return { refused: [400, 'Invalid skip or top'] };
  const window = windowIn(searchParams, settings, call.nowMs);
  if ('refused' in window) return window;
  const top = Math.min(asked, settings.topCap);
  if (tooLarge(settings, top, window.toMs - window.fromMs)) return { refused: [408, 'The request timed out'] };
  const fields = searchParams.get('fields');
  const write = legWriter(settings, fields?.split(','));
  if (typeof write !== 'function') return { refused: [400, `Invalid fields: ${write.join(', ')}`] };
  return { selection: book.window(window), write, skip, top };
}

function tooLarge({ timeoutAboveRows, timeoutAboveHours }: ReportingSettings, top: number, lengthMs: number): boolean {
  return top > (timeoutAboveRows ?? Infinity) || lengthMs > (timeoutAboveHours ?? Infinity) * 3_600_000;
}

function wholeNumber(text: string): number | undefined {
  return /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}

function pageOf({ selection, top }: Asked, skip: number): readonly Leg[] {
  return [...selection.legs(skip, top)];
}

function spoil(
  fault: Fault,
  asked: Asked,
  legs: readonly Leg[],
  say: (page: readonly Leg[], total: number) => Reply,
): Reply | undefined {
  const { total } = asked.selection;
  switch (fault.kind) {
    case 'wrong-total':
      return say(legs, total + fault.by);
    case 'page-loop':
      return asked.skip === 0 ? undefined : say(pageOf(asked, Math.max(0, asked.skip - asked.top)), total);
    case 'strange-rows':
      return jsonText(
        200,
        JSON.stringify({ totalRecords: total, completedContacts: legs.map((_, index) => ({ index })) }),
      );
    default:
      return undefined;
  }
}

function documentOf(
  state: ReportingState,
  call: AuthorisedCall,
  asked: Asked,
  page: readonly Leg[],
  totalRecords: number,
): Reply {
  const { settings } = state;
  if (totalRecords === 0) return { status: 204 };
  const { skip, top } = asked;
  const text = (value: number): string => (settings.wrapper ? `"${value}"` : String(value));
  const members = [
    ...(settings.totals ? [`"totalRecords":${text(totalRecords)}`] : []),
    `"_links":${JSON.stringify(linksOf(settings, call, skip + top < totalRecords ? skip + top : undefined, top))}`,
    `"businessUnitId":${text(call.tenant.businessUnitId)}`,
    `"lastPollTime":"${new Date(call.nowMs).toISOString()}"`,
    `"completedContacts":[${page.map(asked.write).join(',')}]`,
  ];
  const document = `{${members.join(',')}}`;
  return jsonText(200, settings.wrapper ? `{"resultSet":${document}}` : document);
}

function linksOf(
  { links, newestVersion }: ReportingSettings,
  call: AuthorisedCall,
  skip: number | undefined,
  top: number,
): object {
  const self = `${originOf(call)}${call.url.pathname}${call.url.search}`;
  if (skip === undefined || links === 'absent') return { self };
  const next = new URL(self);
  next.searchParams.set('skip', String(skip));
  next.searchParams.set('top', String(top));
  const text = next.href;
  if (links === 'own') return { self, next: text };
  const newer = text.replace(/\/services\/v\d+\.0\//i, `/services/v${newestVersion}.0/`);
  if (links === 'next-version') return { self, next: newer };
  return { self, next: newer.replace(originOf(call), 'https://api-s99.nice-incontact.com') };
}
