import { createBuckets } from '../../calendar/buckets.js';
import type { JourneyFindings } from '../../contract/result/derived.js';
import type { AggregateResult } from '../../contract/result/result.js';
import type { RollupGroup, RollupWithTable } from '../../contract/result/rollup.js';
import type { RowFigures } from '../../datasets/transform/row-figures.js';
import type { HistogramWish } from '../../domain/statistics/histogram.js';
import { createBucketSeries, hasBuckets } from '../charts/bucket-series.js';
import { coverageOf } from './coverage.js';
import { createRanking, hasDimension } from './ranking.js';
import type { Asked, ReportData } from './report-data.js';
import { mapSectionData, Unavailable, sectionData, type SectionData } from './section-data.js';

type Findings = Pick<ReportData, 'series' | 'histograms' | 'ranking' | 'coverage' | 'making'>;

/** What is known of a run that returned. */
interface Returned {
  readonly result: AggregateResult;
  readonly asked: Asked;
}

/** What a page shows of the rows themselves. Whose bytes are gone says so, section by section. */
export async function rowFindings(
  rows: RowFigures,
  { result, asked, ended }: Partial<Returned> & { readonly ended: boolean },
  signal: AbortSignal,
): Promise<Findings> {
  if (result === undefined) return nothing(noResult(ended));
  if (asked === undefined) return nothing('The request cannot be read from the history of the run.');
  const returned = { result, asked };
  const missing = await sectionData(() => missingBuckets(rows, result, signal));
  const [summed, histograms, making] = await Promise.all([
    summedUp(rows, returned, missing, signal),
    sectionData(() => histogramsOf(rows, returned, signal)),
    sectionData(() => makingOf(rows, result, signal)),
  ]);
  const coverage = mapSectionData(missing, (without) => coverageOf(labelsOf(returned), without, asked.timeGroupBy));
  return { ...summed, histograms, coverage, making };
}

async function makingOf(
  rows: RowFigures,
  { dataset, journeys }: AggregateResult,
  signal: AbortSignal,
): Promise<JourneyFindings> {
  const found = journeys && dataset ? await rows.making(dataset, signal) : undefined;
  if (found === undefined) throw new Unavailable('The run did not record how its rows were made.');
  return found;
}

/** Why a run has no numbers. @param ended it will not have any */
export function noResult(ended: boolean): string {
  return ended ? 'The run ended without a result.' : 'There is no result yet.';
}

function nothing(why: string): Findings {
  return { series: { why }, histograms: { why }, ranking: { why }, coverage: { why }, making: { why } };
}

function labelsOf({ result: { window }, asked: { timeGroupBy } }: Returned): readonly string[] {
  return createBuckets({ window, timeGroupBy }).labels;
}

/** The result lists the first hundred; only for more are the bytes needed. */
async function missingBuckets(
  rows: RowFigures,
  { completeness: { missing, missingCount }, dataset }: AggregateResult,
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  if (missing.length === missingCount) return new Set(missing);
  if (dataset === undefined)
    throw new Unavailable('The run comes from a version that did not record where its rows are.');
  return new Set(await rows.missingBuckets(dataset, signal));
}

async function histogramsOf(
  rows: RowFigures,
  { result: { dataset, outliers }, asked: { metrics } }: Returned,
  signal: AbortSignal,
): ReturnType<RowFigures['histograms']> {
  if (dataset === undefined)
    throw new Unavailable('The run comes from a version that did not record where its rows are.');
  const wishes = metrics.map((metric): HistogramWish => {
    const { lower, upper } = outliers.metrics.find((each) => each.metric === metric) ?? {};
    return { metric, ...(lower !== undefined && upper !== undefined && { bounds: { lower, upper } }) };
  });
  return rows.histograms(dataset, wishes, signal);
}

async function summedUp(
  rows: RowFigures,
  returned: Returned,
  missing: SectionData<ReadonlySet<string>>,
  signal: AbortSignal,
): Promise<Pick<Findings, 'series' | 'ranking'>> {
  const { result, asked } = returned;
  const rollup = result.summary?.rollup;
  if (rollup === undefined) {
    const why = 'There is no rollup: the request says "rollup": "off".';
    return { series: { why }, ranking: { why } };
  }
  const [dimension] = asked.dimensions;
  const buckets = createBucketSeries(labelsOf(returned), asked.metrics);
  const ranked = createRanking(dimension ?? '', asked.metrics);
  const read = await sectionData(async () => {
    for await (const group of groupsOf(rows, rollup, signal)) {
      buckets.add(group);
      ranked.add(group);
    }
  });
  const noBuckets = { why: 'There were too many groups for one group per bucket.' };
  const noDimension = {
    why:
      dimension === undefined
        ? 'The request names no dimension.'
        : 'There were too many groups for one group per value.',
  };
  const series = mapSectionData(missing, (without) => buckets.points(without));
  const isRanked = dimension !== undefined && hasDimension(rollup, dimension);
  return {
    series: 'why' in read ? read : hasBuckets(rollup) ? series : noBuckets,
    ranking: 'why' in read ? read : isRanked ? { found: ranked.ranking() } : noDimension,
  };
}

/** The result lists the groups where they are few; only for more are the bytes needed. */
async function* groupsOf(
  rows: RowFigures,
  { groups, groupCount, table }: RollupWithTable,
  signal: AbortSignal,
): AsyncGenerator<RollupGroup> {
  if (groups.length === groupCount) yield* groups;
  else yield* rows.groups(table, signal);
}
