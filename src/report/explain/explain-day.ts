import { labelOfLocal, plusLocal, readDateText } from '../../calendar/date-text.js';
import { zoneNamed } from '../../calendar/windows.js';
import { instantOf } from '../../calendar/zone.js';
import type { ExplainedDelivery } from '../../contract/result/explanation.js';
import type { ContactChange, ExplainedRevision } from '../../ports/index.js';
import { ExplainError } from '../../contract/explain-error.js';

/** A day of a series, as instants. */
interface AskedDay {
  readonly date: string;
  readonly fromMs: number;
  readonly toMs: number;
}

/** Reads `2026-10-03`. Throws {@link ExplainError}. */
export function readDay(date: string, timeZone: string): AskedDay {
  const read = readDateText(date);
  if (read?.kind !== 'label' || read.unit !== 'day') {
    throw new ExplainError('InvalidDate', `"${date}" is not a day: write one like 2026-10-03`, 'date');
  }
  const zone = zoneNamed(timeZone, 'timeZone');
  const [from, to] = [read.local, plusLocal(read.local, 1, 'day')];
  return { date: labelOfLocal(from, 'day'), fromMs: instantOf(from, zone).instant, toMs: instantOf(to, zone).instant };
}

/** Reads `2026-10-08`, which is all of that day, or an instant. Throws {@link ExplainError}. */
export function readAsOf(text: string, timeZone: string): number {
  const read = readDateText(text);
  if (read?.kind === 'instant') return read.instant;
  if (read?.kind === 'label' && read.unit === 'day') return readDay(text, timeZone).toMs;
  const message = `"${text}" is not a day or an instant: write 2026-10-08 or 2026-10-08T09:00:00Z`;
  throw new ExplainError('InvalidDate', message, 'asOf');
}

/** The lists of contacts of revisions, by where they are; null of one that was deleted. */
type ContactLists = (revision: ExplainedRevision) => readonly ContactChange[] | null;

/**
 * Of each delivery which revision counted, and what came after.
 * @param revisions of windows that have a part of the day: those of a delivery together, in order
 * @param asOfMs the instant of interest; null: the first revision is the one that counted
 */
export function explainDay(
  revisions: readonly ExplainedRevision[],
  { fromMs, toMs }: AskedDay,
  asOfMs: number | null,
  contacts: ContactLists,
): readonly ExplainedDelivery[] {
  const ids = [...new Set(revisions.map(({ deliveryId }) => deliveryId))];
  const deliveries = ids.map((id) => revisions.filter(({ deliveryId }) => deliveryId === id));
  return deliveries.flatMap((own) => {
    const [first] = own;
    if (first === undefined) return [];
    const delivered = own.filter(({ deliveredAt }) => deliveredAt !== null);
    const by = asOfMs === null ? delivered.slice(0, 1) : delivered.filter((each) => arrivedBy(each, asOfMs));
    const [counted, current] = [by.at(-1), delivered.at(-1)];
    const later = own.filter(({ revision }) => revision > (counted?.revision ?? 0));
    const { destination, deliveryId, window } = first;
    return {
      ...{ destination, deliveryId, window },
      counted: counted ? countedOf(counted) : null,
      current: current ? countedOf(current) : null,
      countsNow: current !== undefined && !deliveries.some((others) => isReplacedBy(current, others, { fromMs, toMs })),
      changes: later.map((each) => changeOf(each, { fromMs, toMs }, contacts)),
    };
  });
}

function arrivedBy({ deliveredAt }: ExplainedRevision, instantMs: number): boolean {
  return deliveredAt !== null && Date.parse(deliveredAt) < instantMs;
}

/** Of two windows that share time at a destination the one that was claimed last counts. */
function isReplacedBy(
  current: ExplainedRevision,
  others: readonly ExplainedRevision[],
  day: Pick<AskedDay, 'fromMs' | 'toMs'>,
): boolean {
  const newest = others.findLast(({ deliveredAt }) => deliveredAt !== null);
  if (newest === undefined || newest.deliveryId === current.deliveryId) return false;
  if (newest.destination !== current.destination || newest.claimedAt <= current.claimedAt) return false;
  const from = Math.max(Date.parse(current.window.from), Date.parse(newest.window.from), day.fromMs);
  return from < Math.min(Date.parse(current.window.to), Date.parse(newest.window.to), day.toMs);
}

function countedOf({ revision, claimedAt, deliveredAt, rows, workflowId }: ExplainedRevision) {
  return { revision, readAt: claimedAt, deliveredAt: deliveredAt ?? claimedAt, rows, workflowId };
}

function changeOf(
  each: ExplainedRevision,
  { fromMs, toMs }: Pick<AskedDay, 'fromMs' | 'toMs'>,
  contacts: ContactLists,
): ExplainedDelivery['changes'][number] {
  const { revision, claimedAt, deliveredAt, causes } = each;
  const list = causes?.contacts ? contacts(each) : [];
  const isOfDay = ({ start }: ContactChange): boolean => Date.parse(start) >= fromMs && Date.parse(start) < toMs;
  return {
    ...{ revision, readAt: claimedAt, deliveredAt, causes: causes?.causes ?? null },
    contacts: list?.filter(isOfDay) ?? [],
    contactsState: causes?.contacts ? (list === null ? 'deleted' : 'kept') : 'none',
  };
}
