import type { RequestProblem } from '../../contract/failures.js';
import type { Definition } from '../../domain/journeys/definition/definition.js';
import { readJourneyFilter } from '../../domain/journeys/journey.js';
import { METRICS } from '../../domain/journeys/rows/metrics.js';
import { planMetrics } from '../../domain/journeys/rows/plan-metrics.js';
import type { Source } from '../../ports/index.js';

/** The metrics that rows will have, or why some of what was asked for cannot be had. */
export function prepareJourneys(
  { metric, filter }: { readonly metric: readonly string[]; readonly filter: Readonly<Record<string, unknown>> },
  definition: Definition,
): ReturnType<NonNullable<Source['prepare']>> {
  const metrics = planMetrics(metric, definition);
  const unread = unreadMarkers(metric, definition);
  const filters = readJourneyFilter(filter);
  const problems = [
    ...unread,
    ...('refused' in metrics ? metrics.refused : []).map(({ name, reason }) => ({
      path: `query.metric.${metric.indexOf(name)}`,
      message: `"${name}" cannot be had: ${reason}`,
    })),
    ...('refused' in filters ? filters.refused : []).map(({ name, reason }) => ({
      path: `query.filter.${name}`,
      message: `"${name}" cannot be filtered by: ${reason}`,
    })),
  ];
  if (problems.length > 0 || 'refused' in metrics) return { problems };
  return { metrics: metrics.metrics.map((info) => info.metric) };
}

/** Metrics that the definition cannot give, each with the reason. */
export function refusedMetrics(definition: Definition): readonly { readonly name: string; readonly reason: string }[] {
  return METRICS.flatMap(({ metric: name }) => {
    const plan = planMetrics([name], definition);
    const [refused] = 'refused' in plan ? plan.refused : [];
    const [unread] = unreadMarkers([name], definition);
    const reason = unread?.message ?? refused?.reason;
    return reason === undefined ? [] : [{ name, reason }];
  });
}

/**
 * Script variables are not read: a sheet serves every definition, so it would have to keep all of them, and they may hold
 * what is personal. A marker of one would hold for nobody, and the rate would be wrong without a word.
 */
function unreadMarkers(metric: readonly string[], { settings: { contained } }: Definition): readonly RequestProblem[] {
  const markers =
    contained === null || contained === 'none' ? [] : contained.filter((marker) => marker.startsWith('customData:'));
  const [marker] = markers;
  if (marker === undefined) return [];
  const why = `the definition's marker "${marker}" is of custom data, which this source does not read: script variables may hold what is personal`;
  return METRICS.filter((each) => each.needsContained && metric.includes(each.metric)).map((each) => ({
    path: `query.metric.${metric.indexOf(each.metric)}`,
    message: `"${each.metric}" cannot be had: ${why}; let the script set a disposition or an entry point, and name that in \`contained\``,
  }));
}
