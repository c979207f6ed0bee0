import { countOf, countText } from '../../text/number-text.js';
import type { AggregateResult } from '../../contract/result/result.js';
import { html, outside, type Html, type Piece } from '../page/html.js';
import type { ReportData } from '../data/report-data.js';
import { noResult } from '../data/row-findings.js';
import { table } from '../page/table.js';
import type { Section } from './section.js';

/** Warnings of a result are one a kind and key: a page never lists more than it can be asked for. */
const LISTED_MOST = 60;

/** What verification found in the rows. */
export function quality({ result, run }: ReportData): Section {
  const body = result ? found(result) : html`<p class="absent">${noResult(run.state !== 'running')}</p>`;
  return { id: 'quality', heading: 'Quality', body };
}

function found({ quality: { warnings, nulls, numericStrings }, sampling, rows }: AggregateResult): readonly Piece[] {
  const lines: readonly (readonly Piece[])[] = [
    ...warnings
      .slice(0, LISTED_MOST)
      .map(({ kind, key, count, message }) => [
        kind.replaceAll('-', ' '),
        key === undefined ? '–' : outside(key),
        countText(count),
        outside(message, 200),
      ]),
    ...counted('null value', nulls, 'rows without a value'),
    ...counted('number as text', numericStrings, 'counted as numbers, delivered as they came'),
  ];
  return [rowsNote(rows, sampling), lines.length === 0 ? html`<p>No findings.</p>` : listing(lines)];
}

function listing(lines: readonly (readonly Piece[])[]): Html {
  const columns = [{ head: 'Finding' }, { head: 'Key' }, { head: 'Rows', numeric: true }, { head: 'What it means' }];
  return table({ caption: 'Findings in the rows', columns, rows: lines });
}

function counted(kind: string, counts: Readonly<Record<string, number>>, means: string): readonly (readonly Piece[])[] {
  const some = Object.entries(counts).filter(([, count]) => count > 0);
  return some.slice(0, LISTED_MOST).map(([key, count]) => [kind, outside(key), countText(count), means]);
}

function rowsNote(
  { returned, kept, delivered }: AggregateResult['rows'],
  { sampled, maxRows }: AggregateResult['sampling'],
): Html {
  const sample = sampled ? `, an even sample (at most ${countText(maxRows)} are requested)` : '';
  return html`<p>
    ${countOf(returned, 'row')} returned, ${countText(kept)} kept after outliers, ${countText(delivered)}
    delivered${sample}.
  </p>`;
}
