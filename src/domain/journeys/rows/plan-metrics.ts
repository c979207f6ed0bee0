import type { Definition } from '../definition/definition.js';
import { METRICS, type MetricInfo, type MetricName } from './metrics.js';

export type MetricPlan =
  | { readonly metrics: readonly MetricInfo[] }
  | { readonly refused: readonly { readonly name: string; readonly reason: string }[] };

/**
 * The metrics asked for, and with every ratio what it divides and `journeyOpen`: a rate never travels alone. Or which of
 * them cannot be had, and why.
 */
export function planMetrics(names: readonly string[], { settings }: Definition): MetricPlan {
  const known = new Map<string, MetricInfo>(METRICS.map((info) => [info.metric, info]));
  const refused: { name: string; reason: string }[] = [];
  const wanted = new Set<string>(['journeyOpen']);
  for (const name of names) {
    const info = known.get(name);
    if (info === undefined) refused.push({ name, reason: 'it is no metric of journeys' });
    else if (info.needsContained && settings.contained === null) refused.push({ name, reason: NEEDS_CONTAINED });
    else for (const each of partsOf(info)) wanted.add(each);
  }
  if (refused.length > 0) return { refused };
  return { metrics: METRICS.filter(({ metric }) => wanted.has(metric)) };
}

const NEEDS_CONTAINED =
  'the definition does not say which journeys self-service completes; set `contained` to markers, or to "none"';

function partsOf(info: MetricInfo): readonly MetricName[] {
  if (info.kind === 'count') return [info.metric];
  return info.kind === 'median' ? [info.metric, info.denominator] : [info.metric, info.numerator, info.denominator];
}
