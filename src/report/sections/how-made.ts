import type { DerivedFacts, JourneyFindings, Reconciliation } from '../../contract/result/derived.js';
import { countOf, countText } from '../../text/number-text.js';
import { stackedBars, type StackedBar } from '../charts/stacked-bars.js';
import type { ReportData } from '../data/report-data.js';
import { html, outside, type Html, type Piece } from '../page/html.js';
import { table } from '../page/table.js';
import { shown, type Section } from './section.js';

/** Bars of the chart: of more buckets several stand together. */
const BARS_MOST = 124;
const QUEUES_SHOWN = 20;

/** How journeys were made of contacts: by which definition, with which outcomes, and what CXone's own sums say. */
export function howMade({ result, making }: ReportData): Section | undefined {
  const facts = result?.journeys;
  if (facts === undefined) return undefined;
  const body = [
    stateNote(facts),
    shown(making, (found) => [
      html`<ul>
        ${found.definition.map((sentence) => html`<li>${outside(sentence, 400)}</li>`)}
      </ul>`,
      outcomes(found),
      spotChecks(found),
    ]),
    facts.reconciliation && bridge(facts.reconciliation),
    shown(making, ({ queues }) => (queues.length === 0 ? '' : byQueue(queues))),
  ];
  return { id: 'how-made', heading: 'How these numbers are made', body };
}

function stateNote(facts: DerivedFacts): Piece {
  const { state, openJourneys, legs, orphans, suspectedSplits, dataFrom, definition } = facts;
  return [
    html`<p class="note">
      ${countOf(legs, 'contact')} of the window, joined into journeys by the definition ${outside(definition)};
      ${countOf(orphans, 'contact')} whose journey was not found, and ${countOf(suspectedSplits, 'contact')} where CXone
      may have cut a journey in two.
    </p>`,
    state === 'provisional' &&
      html`<p class="warning">
        <strong>Provisional:</strong> ${countOf(openJourneys, 'journey')} may still change, because their horizon had
        not passed.
      </p>`,
    dataFrom !== undefined &&
      html`<p class="note">CXone has no contacts before ${dataFrom.slice(0, 10)}: earlier buckets have no row.</p>`,
  ];
}

function outcomes({ outcomes: found, buckets }: JourneyFindings): Html {
  const series = found.map(({ outcome }) => outcome);
  const bars = grouped(buckets, series);
  const open = bars.filter(({ isMarked }) => isMarked).length;
  const says = `What became of ${countOf(sumOf(found), 'journey')}, by when they began.${
    open === 0 ? '' : ` ${countOf(open, 'bar')} on a grey band may still change.`
  }`;
  const lines = table({
    caption: 'Outcomes by bucket',
    columns: [{ head: 'Bucket' }, ...series.map((head) => ({ head, numeric: true })), { head: 'May change' }],
    rows: bars.map(({ label, values, isMarked }) => [label, ...values.map(countText), isMarked ? 'yes' : '']),
  });
  return stackedBars({ id: 'outcomes', title: 'Outcomes over time', says, series, bars, table: lines });
}

function grouped(buckets: JourneyFindings['buckets'], series: readonly string[]): readonly StackedBar[] {
  const size = Math.max(1, Math.ceil(buckets.length / BARS_MOST));
  return Array.from({ length: Math.ceil(buckets.length / size) }, (_, bar) => {
    const some = buckets.slice(bar * size, (bar + 1) * size);
    return {
      label: some[0]?.bucket ?? '',
      values: series.map((outcome) => some.reduce((sum, { outcomes: by }) => sum + (by[outcome] ?? 0), 0)),
      isMarked: some.some(({ open }) => open > 0),
    };
  });
}

function spotChecks({ outcomes: found }: JourneyFindings): Html {
  return html`<h3>To look up in CXone</h3>
    ${table({
      caption: 'Contacts of each outcome',
      columns: [
        { head: 'Outcome' },
        { head: 'Counts as' },
        { head: 'Journeys', numeric: true },
        { head: 'Contact ids' },
      ],
      rows: found.map(({ outcome, outcomeClass, journeys, contactIds }) => [
        outcome,
        outcomeClass,
        countText(journeys),
        outside(contactIds.join(', '), 300),
      ]),
    })}`;
}

/** The lines of a bridge in words, in their order. */
const LINES = [
  ['offered', 'Contacts that CXone offered to skills'],
  ['transfers', 'Offered again within a journey'],
  ['refused', 'Refused by an agent'],
  ['otherDay', 'Of journeys of another window'],
  ['shortAbandons', 'Short abandons, left out'],
  ['outsideHours', 'Outside the opening hours'],
  ['outbound', 'Outbound'],
  ['neverQueued', 'Journeys that were never queued'],
  ['journeys', 'Journeys started'],
  ['unexplained', 'Unexplained'],
] as const;

function bridge(reconciliation: Reconciliation): Piece {
  if (reconciliation.state !== 'reconciled') {
    return html`<h3>From CXone's sums to these journeys</h3>
      <p class="note">Not reconciled: ${outside(reconciliation.reason, 300)}.</p>`;
  }
  return [
    html`<h3>From CXone's sums to these journeys</h3>`,
    reconciliation.beyondTolerance &&
      html`<p class="warning">
        <strong>${countOf(Math.abs(reconciliation.unexplained), 'contact')} unexplained:</strong> more than the
        tolerance of this source.
      </p>`,
    table({
      caption: "From CXone's sums to these journeys",
      columns: [{ head: 'Line' }, { head: 'Contacts', numeric: true }],
      rows: LINES.map(([line, words]) => [words, countText(reconciliation[line])]),
    }),
  ];
}

function byQueue(queues: JourneyFindings['queues']): Html {
  return html`<h3>By skill</h3>
    ${table({
      caption: 'Offered by skill',
      columns: [
        { head: 'Skill' },
        { head: 'By CXone', numeric: true },
        { head: 'Counted', numeric: true },
        { head: 'Difference', numeric: true },
      ],
      rows: queues
        .slice(0, QUEUES_SHOWN)
        .map(({ id, label, offered, counted, difference }) => [
          outside(label ?? id ?? 'none'),
          ...[offered, counted, difference].map(countText),
        ]),
      of: queues.length,
    })}`;
}

function sumOf(found: JourneyFindings['outcomes']): number {
  return found.reduce((sum, { journeys }) => sum + journeys, 0);
}
