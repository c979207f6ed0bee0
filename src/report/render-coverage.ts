import { dayCells, type DayCell } from '../calendar/covered/day-cells.js';
import { WINDOW_STATES, type WindowState } from '../contract/closed-sets.js';
import type { SeriesCoverage } from '../contract/result/coverage.js';
import { countOf } from '../text/number-text.js';
import { reportText } from '../text/run-title.js';
import { agoText, zonedText } from '../text/time-text.js';
import { html, outside, type Html, type Piece } from './page/html.js';
import { page } from './page/page.js';
import { siteHead } from './page/site.js';
import { time } from './sections/section.js';

export interface CoverageData {
  /** ISO 8601. */
  readonly generatedAt: string;
  readonly coverage: readonly SeriesCoverage[];
  /** What was asked for; the days are those that are shown. */
  readonly search: CoverageSearch & { readonly from: string; readonly to: string };
}

interface CoverageSearch {
  readonly org?: string;
  readonly series?: string;
  readonly source?: string;
  readonly destination?: string;
}

/** The first page: a calendar strip for each series. Its form has the parameters of the same address. */
export function renderCoverage({ generatedAt, coverage, search }: CoverageData): string {
  const nowMs = Date.parse(generatedAt);
  const none = 'No window is known here yet. A run, a backfill or a schedule reads the first one.';
  return page(
    { title: 'Coverage · journey metrics', forms: 'self' },
    html`<main>
        ${siteHead('Coverage', '/')} ${form(search)} ${legend()}
        ${coverage.length === 0 ? html`<p class="absent">${none}</p>` : coverage.map((each) => series(each, search, nowMs))}
      </main>
      <footer><p>As of ${time(generatedAt)} UTC. A day says what of it most needs to be looked at.</p></footer>`,
  );
}

function form({ org = '', source = '', destination = '', series: id = '', from, to }: CoverageData['search']): Html {
  const field = (label: string, name: string, value: string, type = 'text'): Html =>
    html`<label>${label}<input type="${type}" name="${name}" value="${value}" maxlength="100" /></label>`;
  return html`<form method="get" role="search">
    ${field('Organisation', 'org', org)} ${field('Source', 'source', source)}
    ${field('Destination', 'destination', destination)} ${field('Series', 'series', id)}
    ${field('From', 'from', from, 'date')} ${field('Before', 'to', to, 'date')}
    <button type="submit">Show</button>
  </form>`;
}

const CLASSES: Readonly<Record<WindowState, string>> = {
  delivered: 'full',
  corrected: 'full again',
  provisional: 'part',
  empty: 'full hollow',
  'not-at-source': 'hollow',
  undelivered: 'none',
  failed: 'none',
  running: 'part',
  late: 'none',
  missing: 'none',
};

/** A sign beside the colour, for those who cannot tell colours apart. */
const SIGNS: Readonly<Record<WindowState, string>> = {
  delivered: '',
  corrected: '↻',
  provisional: '~',
  empty: '0',
  'not-at-source': '–',
  undelivered: '↛',
  failed: '✕',
  running: '…',
  late: '!',
  missing: '?',
};

function legend(): Html {
  return html`<ul class="legend">
    ${WINDOW_STATES.map(
      (state) =>
        html`<li>
          <span class="cell ${CLASSES[state]}" aria-hidden="true">${SIGNS[state]}</span> ${state.replaceAll('-', ' ')}
        </li> `,
    )}
  </ul>`;
}

function series(coverage: SeriesCoverage, range: CoverageData['search'], nowMs: number): Html {
  const { org, report, series: id, source, destination, timeZone, completeUpTo, finalUpTo, windows } = coverage;
  const title = `${org} · ${report === null ? id : reportText(report)} → ${destination}`;
  const cells = dayCells(coverage, range);
  const upTo =
    completeUpTo === null
      ? html`<strong>not complete</strong> at its beginning`
      : html`complete up to <strong>${zonedText(completeUpTo, timeZone)}</strong> (${agoText(completeUpTo, nowMs)})`;
  const corrections = windows.filter((window) => window.corrections > 0).length;
  return html`<section>
    <h2>${outside(title, 200)}</h2>
    <p>
      ${upTo}${finalUpTo !== completeUpTo && finalUpTo !== null && html`, final up to ${zonedText(finalUpTo, timeZone)}`}.
      ${corrections > 0 && html`${countOf(corrections, 'window')} corrected. `}
      <span class="note">${timeZone}, source ${outside(source)}, series <code>${id}</code></span>
    </p>
    ${cells.length === 0 ? html`<p class="absent">Nothing is known of these days.</p>` : months(cells, title)}
  </section>`;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

function months(cells: readonly DayCell[], title: string): readonly Html[] {
  const byMonth = new Map<string, DayCell[]>();
  for (const cell of cells) {
    const name = cell.day.slice(0, 7);
    byMonth.set(name, [...(byMonth.get(name) ?? []), cell]);
  }
  return [...byMonth].map(([month, own]) => {
    const name = `${MONTHS[Number(month.slice(5)) - 1] ?? ''} ${month.slice(0, 4)}`;
    return html`<div class="strip">
      <h3>${name}</h3>
      <ol aria-label="${name} of ${title}">
        ${own.map(day)}
      </ol>
    </div>`;
  });
}

function day({ day: label, window }: DayCell): Html {
  const { state, deliveryId, revision, workflowId, corrections } = window;
  const isWithoutRows = window.missing.includes(label);
  const path =
    deliveryId !== null && revision !== null
      ? `/windows/${deliveryId}`
      : workflowId !== null
        ? `/runs/${encodeURIComponent(workflowId)}/report`
        : undefined;
  const said = `${label}: ${state}${corrections > 0 ? `, ${countOf(corrections, 'correction')}` : ''}${isWithoutRows ? ', no rows' : ''}`;
  const shown: Piece = html`<span aria-hidden="true"
      >${Number(label.slice(8))}${isWithoutRows ? SIGNS.empty : SIGNS[state]}</span
    ><span class="hidden">${said}</span>`;
  return html`<li class="cell ${isWithoutRows ? CLASSES.empty : CLASSES[state]}" title="${said}">
    ${path === undefined ? shown : html`<a href="${path}">${shown}</a>`}
  </li> `;
}
