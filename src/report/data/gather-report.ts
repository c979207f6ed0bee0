import { JourneyMetricsError } from '../../client/error.js';
import { runKeyOf } from '../../contract/values/ids.js';
import { AGGREGATE_WORKFLOW } from '../../contract/values/names.js';
import type { AggregateResult } from '../../contract/result/result.js';
import { deliveryPlans, type RunPlan } from '../../contract/run.js';
import type { ReportSources } from '../ports.js';
import type { Asked, ReportData } from './report-data.js';
import { rowFindings } from './row-findings.js';
import { storyOf } from './run-story.js';
import { Unavailable, sectionData } from './section-data.js';

/**
 * Brings together what there is to say of a run: from Temporal, the records and the dataset store. What is gone or does not
 * answer costs its section and no more.
 * @throws JourneyMetricsError `RunNotFound` where Temporal does not have the run, `TemporalUnavailable`
 */
export async function gatherReport(sources: ReportSources, signal: AbortSignal): Promise<ReportData> {
  const { run, records, rows, now } = sources;
  const [described, events] = await Promise.all([run.describe({ signal }), run.events()]);
  const { progress, result: returned, error, ...summary } = described;
  const { workflowId, runId } = summary;
  const runKey = runKeyOf({ workflowId, firstExecutionRunId: runId });
  if (events.workflowType !== AGGREGATE_WORKFLOW) {
    throw new JourneyMetricsError('RunNotFound', `${workflowId} is not a run, so it has no report`);
  }
  const result = returned && 'rows' in returned ? returned : undefined;
  const story = storyOf(events);
  const asked = story.plan && askedIn(story.plan);
  const window = result?.window ?? story.plan?.window;
  const deliveryIds = deliveriesOf(result, story.plan);
  const [found, answers, audit] = await Promise.all([
    rowFindings(
      rows,
      { ended: summary.state !== 'running', ...(result && { result }), ...(asked && { asked }) },
      signal,
    ),
    sectionData(async () => {
      const said = await Promise.all(
        deliveryIds.map((deliveryId) => records.deliveryAnswers({ deliveryId, runKey }, signal)),
      );
      const claimed = said.filter((each) => each !== null);
      if (claimed.length === 0) throw new Unavailable('The run has not reached its delivery.');
      return claimed;
    }),
    sectionData(() => records.auditEntries(workflowId, signal)),
  ]);
  const runUrl = sources.runUrl(workflowId, runId);
  const windowPath = deliveryIds[0] === undefined ? undefined : sources.windowPath?.(deliveryIds[0]);
  return {
    generatedAt: new Date(now()).toISOString(),
    run: summary,
    runKey,
    ...(progress !== undefined && { progress }),
    ...(result && { result }),
    ...(error && { failure: error }),
    ...found,
    answers,
    story,
    audit,
    ...(runUrl !== undefined && { runUrl }),
    ...(windowPath !== undefined && { windowPath }),
    ...(asked && { asked }),
    ...(window && { window }),
  };
}

/** What a run delivered, or is going to: the first one first. */
function deliveriesOf(result: AggregateResult | undefined, plan: RunPlan | undefined): readonly string[] {
  if (result) return result.deliveries.map(({ deliveryId }) => deliveryId);
  return plan === undefined ? [] : deliveryPlans(plan).map(({ deliveryId }) => deliveryId);
}

function askedIn({ query, processing, destination, requester, report: bounded, series }: RunPlan): Asked {
  const { reportType, metric, dimension, timeGroupBy, filter } = query;
  // A run that continued as new has left its filter behind: then there is none to show.
  const report = bounded.filter === null && Object.keys(filter).length > 0 ? { ...bounded, filter } : bounded;
  return {
    report,
    series,
    reportType,
    metrics: metric,
    dimensions: dimension,
    timeGroupBy,
    processing,
    destination,
    requester,
  };
}
