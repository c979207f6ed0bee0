import { instantText } from '../../calendar/date-text.js';
import { AdapterError } from '../../contract/adapter-error.js';
import type { BlobRef } from '../../contract/result/blob-ref.js';
import type { Explanation } from '../../contract/result/explanation.js';
import type {
  ContactChange,
  DatasetStore,
  ExplainedRevision,
  ExplanationRecords,
  NamedSeries,
} from '../../ports/index.js';
import { reportText } from '../../text/run-title.js';
import { explainDay, readAsOf, readDay } from './explain-day.js';
import { ExplainError } from '../../contract/explain-error.js';

interface ExplainAsked {
  /** Its first digits, or the name of its report. */
  readonly series: string;
  readonly date: string;
  readonly asOf?: string;
  /** Of these organisations. */
  readonly orgs?: readonly string[];
}

interface Sources {
  readonly records: ExplanationRecords;
  readonly datasets: Pick<DatasetStore, 'get'>;
}

export type Explain = (asked: ExplainAsked, signal: AbortSignal) => Promise<Explanation>;

/** Says which revision of a day counted, and what changed since. Rejects with {@link ExplainError} or an `AdapterError`. */
export function explainer({ records, datasets }: Sources): Explain {
  return async ({ series: text, date, asOf, orgs }, signal) => {
    const found = oneOf(await records.named(text, orgs, signal), text);
    const { org, series, source, timeZone, report } = found;
    const day = readDay(date, timeZone);
    const asOfMs = asOf === undefined ? null : readAsOf(asOf, timeZone);
    const between = { from: instantText(day.fromMs), to: instantText(day.toMs) };
    const revisions = await records.revisions(found, between, signal);
    if (revisions.length === 0) {
      const message = `no window of ${titleOf(found)} has the day ${date} (${timeZone}): \`journey-metrics windows --series ${series}\` shows those that there are`;
      throw new ExplainError('DateNotFound', message, 'date');
    }
    const lists = await contactLists(datasets, revisions, signal);
    return {
      ...{ org, series, source, report, date: day.date, timeZone },
      asOf: asOfMs === null ? null : instantText(asOfMs),
      deliveries: explainDay(revisions, day, asOfMs, (revision) => lists.get(revision) ?? null),
    };
  };
}

function oneOf(all: readonly NamedSeries[], text: string): NamedSeries {
  const [found, ...others] = all;
  if (found === undefined) {
    const message = `there is no series "${text}": write its first digits (at least 4) or the name of its report; \`journey-metrics windows\` lists them`;
    throw new ExplainError('SeriesNotFound', message, 'series');
  }
  if (others.length === 0) return found;
  const names = all.map((each) => `${each.series} (${titleOf(each)})`).join(', ');
  throw new ExplainError(
    'SeriesNotFound',
    `"${text}" names ${all.length} series: ${names}; write more of one, or name the organisation`,
    'series',
  );
}

function titleOf({ org, report, series }: NamedSeries): string {
  return `${org} · ${report === null ? series : reportText(report)}`;
}

/** A list that was deleted is not in it. */
async function contactLists(
  datasets: Pick<DatasetStore, 'get'>,
  revisions: readonly ExplainedRevision[],
  signal: AbortSignal,
): Promise<ReadonlyMap<ExplainedRevision, readonly ContactChange[]>> {
  const lists = new Map<ExplainedRevision, readonly ContactChange[]>();
  for (const revision of revisions) {
    const list = revision.causes?.contacts && (await readList(datasets, revision.causes.contacts, signal));
    if (list) lists.set(revision, list);
  }
  return lists;
}

async function readList(
  datasets: Pick<DatasetStore, 'get'>,
  ref: BlobRef,
  signal: AbortSignal,
): Promise<readonly ContactChange[] | undefined> {
  try {
    // As `explainRevision` wrote it: it is read by its hash.
    return JSON.parse(Buffer.from(await datasets.get(ref, signal)).toString()) as readonly ContactChange[];
  } catch (error) {
    if (error instanceof AdapterError && error.failureType === 'DatasetExpired') return undefined;
    throw error;
  }
}
