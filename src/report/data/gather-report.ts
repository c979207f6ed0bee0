import { JourneyMetricsError } from '../../client/error.js';
import type { RunSummary } from '../../client/runs/run-list.js';
import { runKeyOf } from '../../contract/ids.js';
import { AGGREGATE_WORKFLOW } from '../../contract/names.js';
import type { RunPlan } from '../../contract/run.js';
import type { ReportSources } from '../ports.js';
import type { Asked, ReportData } from './report-data.js';
import { rowFindings } from './row-findings.js';
import { readEvents } from './run-events.js';
import { storyOf } from './run-story.js';
import { NotTold, told } from './told.js';

/**
 * Brings together what there is to say of a run: from Temporal, the records and the dataset store. What is gone or does not
 * answer costs its section and no more.
 * @throws JourneyMetricsError `RunNotFound` where Temporal does not have the run, `TemporalUnavailable`
 */
export async function gatherReport(sources: ReportSources, signal: AbortSignal): Promise<ReportData> {
  const { run, records, rows, now } = sources;
  const summary = await run.summary();
  const { workflowId, runId } = summary;
  const runKey = runKeyOf({ workflowId, firstExecutionRunId: runId });
  const [ending, history] = await Promise.all([endingOf(sources, summary, signal), run.history()]);
  const events = readEvents(history.events);
  if (events.workflowType !== AGGREGATE_WORKFLOW) {
    throw new JourneyMetricsError('RunNotFound', `${workflowId} is not a run, so it has no report`);
  }
  const story = storyOf(events);
  const asked = story.plan && askedIn(story.plan);
  const window = ending.result?.window ?? story.plan?.window;
  const deliveryId = ending.result?.delivery.deliveryId ?? story.plan?.deliveryId;
  const [found, answers, audit] = await Promise.all([
    rowFindings(rows, { ...ending, ended: summary.state !== 'running', ...(asked && { asked }) }, signal),
    told(async () => {
      const said = deliveryId === undefined ? null : await records.deliveryAnswers({ deliveryId, runKey }, signal);
      if (said === null) throw new NotTold('The run has not reached its delivery.');
      return said;
    }),
    told(() => records.auditEntries(workflowId, signal)),
  ]);
  const runUrl = sources.runUrl(workflowId, runId);
  return {
    generatedAt: new Date(now()).toISOString(),
    run: summary,
    runKey,
    ...ending,
    ...found,
    answers,
    story,
    audit,
    ...(runUrl !== undefined && { runUrl }),
    ...(asked && { asked }),
    ...(window && { window }),
  };
}

/** What a run does, or how it ended. */
async function endingOf(
  { run }: ReportSources,
  { state }: RunSummary,
  signal: AbortSignal,
): Promise<Pick<ReportData, 'result' | 'failure' | 'progress'>> {
  if (state === 'running') return { progress: await run.progress({ signal }).catch(() => null) };
  try {
    return { result: await run.result({ signal }) };
  } catch (error) {
    if (!(error instanceof JourneyMetricsError) || error.type === 'TemporalUnavailable') throw error;
    return { failure: { type: error.type, message: error.message } };
  }
}

function askedIn({ query, processing, destination, requester }: RunPlan): Asked {
  const { reportType, metric, dimension, timeGroupBy } = query;
  return { reportType, metrics: metric, dimensions: dimension, timeGroupBy, processing, destination, requester };
}
