import type { AggregateResult } from '../../contract/result/result.js';
import { countOf, countText } from '../../text/number-text.js';
import type { Section } from '../terminal/report-sections.js';

/** How journeys were made of contacts; none of a run whose rows came as they are. */
export function journeySections({ journeys }: Pick<AggregateResult, 'journeys'>): readonly Section[] {
  if (journeys === undefined) return [];
  const { definition, state, openJourneys, legs, orphans, suspectedSplits, dataFrom, reconciliation } = journeys;
  const texts: Section['texts'] = [
    `made of ${countOf(legs, 'contact')} by the definition ${definition}`,
    state === 'final'
      ? 'final: all horizons have passed'
      : { text: `provisional: ${countOf(openJourneys, 'journey')} may still change`, style: 'yellow' },
    ...(orphans > 0 ? [`${countOf(orphans, 'contact')} whose journey was not found`] : []),
    ...(suspectedSplits > 0 ? [`${countOf(suspectedSplits, 'contact')} where a journey may be cut in two`] : []),
    ...(dataFrom === undefined ? [] : [`CXone has no contacts before ${dataFrom.slice(0, 10)}`]),
    ...(reconciliation === undefined ? [] : [reconciled(reconciliation)]),
  ];
  return [{ label: 'journeys', texts }];
}

function reconciled(
  reconciliation: NonNullable<NonNullable<AggregateResult['journeys']>['reconciliation']>,
): Section['texts'][number] {
  if (reconciliation.state === 'not reconciled') return `not reconciled: ${reconciliation.reason}`;
  const { offered, unexplained, beyondTolerance } = reconciliation;
  const text = `${countText(Math.abs(unexplained))} of ${countOf(offered, 'contact')} that CXone offered are unexplained`;
  return beyondTolerance ? { text: `! ${text}`, style: 'yellow' } : text;
}
