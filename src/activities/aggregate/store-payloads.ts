import type { CompareMode } from '../../contract/closed-sets.js';
import type { DerivedFacts } from '../../contract/result/derived.js';
import type { TransformOutput } from '../../contract/result/dataset.js';
import { partIdOf } from '../../contract/values/ids.js';
import type { RunPlan } from '../../contract/run.js';
import type {
  DatasetStore,
  LedgerPart,
  PartDestination,
  PartHeader,
  RowPipeline,
  RunRecords,
} from '../../ports/index.js';

/** What a delivery needs of a run's plan. The query stays behind: its filter may be as large as a payload should be. */
export interface DeliveryPlan extends Pick<
  RunPlan,
  'org' | 'destination' | 'window' | 'deliveryId' | 'series' | 'report'
> {
  /** What makes a new revision. Absent is `requested`. */
  readonly compare?: CompareMode;
  /** What is delivered in place of the rows. */
  readonly grain?: RunPlan['grain'];
}

export interface PayloadSubject {
  readonly plan: DeliveryPlan;
  /** Without the rollup, which is read where the payload is made: it would be in history with every attempt. */
  readonly output: Omit<TransformOutput, 'rollup'>;
  readonly queryId: string;
  /** Workflow time, ISO 8601 in UTC: the same on every attempt. */
  readonly timestamp: string;
}

/** Payloads that are written at the same time, and so are in memory: a disk or a service takes several as fast as one. */
const WRITES_AT_ONCE = 8;

type PayloadPart = Omit<LedgerPart, 'deliveredAt'>;

interface Deps {
  readonly pipeline: Pick<RowPipeline, 'parts' | 'rollup'>;
  readonly datasets: Pick<DatasetStore, 'put'>;
  readonly destination: Pick<PartDestination, 'encode'>;
  readonly runs: Pick<RunRecords, 'reportOf'>;
}

/** Makes the payloads of a revision out of the rows to deliver, stores them, and names them, in order. */
export async function storePayloads(
  { pipeline, datasets, destination, runs }: Deps,
  subject: PayloadSubject,
  revision: number,
  signal: AbortSignal,
): Promise<readonly PayloadPart[]> {
  const { deliveryId } = subject.plan;
  const rollup = await pipeline.rollup(subject.output, signal);
  const report = await wholeReport(runs, subject.plan, signal);
  const header = { ...headerOf(subject, revision, report), ...(rollup && { rollup }) };
  const store = async (part: number, rows: number, bytes: Uint8Array): Promise<PayloadPart> => {
    const body = await datasets.put(`deliveries/${deliveryId}`, bytes, signal);
    return { part, partId: partIdOf(deliveryId, revision, part), body, rows };
  };
  const writes: Promise<PayloadPart>[] = [];
  for await (const rows of pipeline.parts(subject.output, signal)) {
    await writes.at(-WRITES_AT_ONCE);
    const part = writes.length;
    const write = store(part, rows.rows, await destination.encode({ ...header, part }, rows));
    // Whether it failed is asked in its turn. Until then a failure that nobody asks for would end the process.
    write.catch(() => undefined);
    writes.push(write);
  }
  return Promise.all(writes);
}

/** What was asked for, with its filter, which stays in the records where it is too large to travel. Throws where it is lost. */
export async function wholeReport(
  runs: Pick<RunRecords, 'reportOf'>,
  { series, report }: Pick<RunPlan, 'series' | 'report'>,
  signal: AbortSignal,
): Promise<PartHeader['report']> {
  const filter = report.filter ?? (await runs.reportOf(series, signal))?.filter;
  if (!filter) throw new Error(`the records lost the settings of the series ${series}`);
  return { ...report, filter };
}

/** Without the part itself, and without the rollup, which is the pipeline's to say. */
export function headerOf(
  { plan, output, queryId, timestamp }: PayloadSubject,
  revision: number,
  report: PartHeader['report'],
): Omit<PartHeader, 'part'> {
  const { org, window, deliveryId, series } = plan;
  const { parts, rows, completeness, outliers, sampling, quality, journeys } = output;
  const facts = { parts, rows, completeness, outliers, sampling, quality };
  return {
    deliveryId,
    revision,
    timestamp,
    org,
    queryId,
    series,
    report,
    window,
    ...facts,
    ...(journeys && { journeys: withoutReconciliation(journeys) }),
  };
}

/** Content is what was asked for: the comparison with CXone's own sums is for results and reports. */
function withoutReconciliation({ reconciliation: _, ...journeys }: DerivedFacts): DerivedFacts {
  return journeys;
}
