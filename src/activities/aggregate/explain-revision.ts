import { zoneClocks } from '../../calendar/zone.js';
import { AdapterError } from '../../contract/adapter-error.js';
import { CAUSES, type Cause } from '../../contract/closed-sets.js';
import type { BlobRef } from '../../contract/result/blob-ref.js';
import type {
  ClaimedRevision,
  DatasetStore,
  DeliveryLedger,
  Directory,
  FormerRevision,
  ReadingChanges,
  RecordsFrom,
  RevisionCauses,
  RowPipeline,
  RunRecords,
} from '../../ports/index.js';
import { warnOf } from '../interceptor.js';
import { wholeReport, type PayloadSubject } from './store-payloads.js';

interface Deps {
  readonly ledger: Pick<DeliveryLedger, 'explain'>;
  readonly datasets: Pick<DatasetStore, 'bodies' | 'put'>;
  readonly pipeline: Pick<RowPipeline, 'madeOf' | 'differences'>;
  readonly directory: Directory;
  readonly runs: Pick<RunRecords, 'reportOf'>;
}

/** Finds why a revision that was claimed differs from the one before, and keeps it with it. */
export async function explainRevision(
  deps: Deps,
  subject: PayloadSubject,
  { deliveryId, revision, unexplained, storeHad }: ClaimedRevision,
  signal: AbortSignal,
): Promise<void> {
  if (unexplained === undefined) return;
  const { before } = unexplained;
  const { rows } = subject.output;
  const isRestored = before === null && storeHad !== undefined;
  const changes =
    before === null
      ? { causes: isRestored ? counted({ repaired: rows.kept }) : [], contacts: [] }
      : await changesSince(deps, subject, before, signal);
  await deps.ledger.explain({ deliveryId, revision }, await kept(deps, deliveryId, changes, signal), signal);
}

async function kept(
  { datasets }: Deps,
  deliveryId: string,
  { causes, contacts }: Pick<RevisionCauses, 'causes'> & Pick<ReadingChanges, 'contacts'>,
  signal: AbortSignal,
): Promise<RevisionCauses> {
  if (contacts.length === 0) return { causes, contacts: null };
  // Beside the legs, so that it is kept as long as they are.
  const list = await datasets.put(`legs/${deliveryId}`, Buffer.from(JSON.stringify(contacts)), signal);
  return { causes, contacts: list };
}

type Changes = Pick<RevisionCauses, 'causes'> & Pick<ReadingChanges, 'contacts'>;

/** No revision waits for its causes: where the rows before are gone, that is what is said. */
async function changesSince(
  deps: Deps,
  subject: PayloadSubject,
  before: FormerRevision,
  signal: AbortSignal,
): Promise<Changes> {
  const { plan, output } = subject;
  const compare = plan.compare ?? 'requested';
  const isSame = compare === 'row' ? before.rowHash === output.rowHash : before.contentHash === output.contentHash;
  // The bytes of the one before were lost, or its number was.
  if (isSame) return { causes: counted({ repaired: output.rows.kept }), contacts: [] };
  if (before.output === null) return UNKNOWN;
  try {
    const outputs = { before: before.output, after: output.manifest };
    const found = await comparedByContacts(deps, subject, outputs, signal);
    if (found !== undefined && found.causes.length > 0) return found;
    const { rows, repaired } = await deps.pipeline.differences({ ...outputs, compare }, signal);
    // Contacts that say the same make other rows only where those were made wrongly before.
    if (found !== undefined) return { causes: counted({ repaired: rows }), contacts: [] };
    return { causes: counted({ 'source-changed': Math.max(0, rows - repaired), repaired }), contacts: [] };
  } catch (error) {
    if (!(error instanceof AdapterError) || !GONE.has(error.failureType)) throw error;
    warnOf('a revision cannot be compared with the one before', { deliveryId: plan.deliveryId, reason: error.message });
    return UNKNOWN;
  }
}

const GONE = new Set<string>(['DatasetExpired', 'DatasetCorrupt']);
const UNKNOWN: Changes = { causes: [{ cause: 'source-changed', count: null }], contacts: [] };

/** Undefined where the source cannot compare, or the rows were not made of contacts. */
async function comparedByContacts(
  { pipeline, datasets, directory, runs }: Deps,
  { plan }: PayloadSubject,
  outputs: { readonly before: BlobRef; readonly after: BlobRef },
  signal: AbortSignal,
): Promise<ReadingChanges | undefined> {
  const source = directory.source(plan.org, plan.report.source);
  if (source?.compare === undefined) return undefined;
  const [old, recent] = [await pipeline.madeOf(outputs.before, signal), await pipeline.madeOf(outputs.after, signal)];
  if (old === undefined || recent === undefined) return undefined;
  const readingOf = (dataset: typeof old): RecordsFrom => {
    return { pages: datasets.bodies(dataset, signal), window: plan.window, localOf: zoneClocks() };
  };
  const { filter } = await wholeReport(runs, plan, signal);
  return source.compare({ before: readingOf(old), after: readingOf(recent), filter }, signal);
}

function counted(counts: Readonly<Partial<Record<Cause, number>>>): RevisionCauses['causes'] {
  return CAUSES.flatMap((cause) => {
    const count = counts[cause] ?? 0;
    return count === 0 ? [] : [{ cause, count }];
  });
}
