import { countOf, countText } from '../../text/number-text.js';
import type { Completeness } from '../../contract/result/result.js';
import type { CalendarCell, CalendarPage, Coverage } from '../data/coverage.js';
import { html, outside, type Html, type Piece } from '../page/html.js';
import type { ReportData } from '../data/report-data.js';
import { shown, type Section } from './section.js';

/** Which days of the window have rows: a calendar. */
export function completeness({ coverage, result }: ReportData): Section {
  const body = [
    result && summary(result.completeness),
    shown(coverage, ({ unit, pages, cellCount }) => {
      const cells = pages.reduce((sum, page) => sum + page.cells.length, 0);
      return [
        legend(),
        html`<div class="calendar">${pages.map((page) => calendarPage(page, unit))}</div>`,
        cellCount > cells && html`<p class="note">${countOf(cellCount - cells, unit)} more are not shown.</p>`,
      ];
    }),
  ];
  return { id: 'completeness', heading: 'Completeness', body };
}

function summary({ expected, missingCount, nullBuckets }: Completeness): Html {
  const nulls = Object.entries(nullBuckets).filter(([, count]) => count > 0);
  return html`<p>
    ${countText(expected - missingCount)} of ${countOf(expected, 'bucket')} have
    rows.${nulls.map(([metric, count]) => html` ${countOf(count, 'bucket')} without a value of ${outside(metric)}.`)}
  </p>`;
}

function legend(): Html {
  return html`<ul class="legend">
    <li><span class="cell full" aria-hidden="true"></span> complete</li>
    <li><span class="cell part" aria-hidden="true"></span> in part</li>
    <li><span class="cell none" aria-hidden="true"></span> missing</li>
  </ul>`;
}

function calendarPage({ name, cells }: CalendarPage, unit: Coverage['unit']): Html {
  if (unit === 'day') return month(name, cells);
  const names = unit === 'month' ? (label: string) => MONTHS[Number(label.slice(5, 7)) - 1] : dayAndMonth;
  return html`<div class="year">
    <h3>${name}</h3>
    <ul>
      ${cells.map((each) => html`<li class="cell ${stateOf(each)}">${names(each.label)}${said(each)}</li>`)}
    </ul>
  </div>`;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

function dayAndMonth(label: string): string {
  return `${Number(label.slice(8, 10))} ${MONTHS[Number(label.slice(5, 7)) - 1] ?? ''}`;
}

/** A month as a table: weeks under weekdays. */
function month(name: string, cells: readonly CalendarCell[]): Html {
  const firstDay = new Date(`${name}-01T00:00:00Z`);
  const lead = (firstDay.getUTCDay() + 6) % 7;
  const days = new Date(Date.UTC(firstDay.getUTCFullYear(), firstDay.getUTCMonth() + 1, 0)).getUTCDate();
  const byDay = new Map(cells.map((each) => [Number(each.label.slice(8, 10)), each]));
  const weeks = Array.from({ length: Math.ceil((lead + days) / 7) }, (_, week) =>
    Array.from({ length: 7 }, (__, weekday) => week * 7 + weekday - lead + 1),
  );
  const shownWeeks = weeks.filter((week) => week.some((day) => byDay.has(day)));
  const caption = `${MONTHS[firstDay.getUTCMonth()] ?? ''} ${name.slice(0, 4)}`;
  return html`<table class="month">
    <caption>
      ${caption}
    </caption>
    <thead>
      <tr>
        ${WEEKDAYS.map((weekday) => html`<th scope="col" abbr="${weekday}">${weekday.slice(0, 2)}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${shownWeeks.map(
        (week) =>
          html`<tr>
            ${week.map((day) => dayCell(day >= 1 && day <= days ? day : undefined, byDay))}
          </tr>`,
      )}
    </tbody>
  </table>`;
}

function dayCell(day: number | undefined, byDay: ReadonlyMap<number, CalendarCell>): Html {
  if (day === undefined) return html`<td></td>`;
  const cell = byDay.get(day);
  if (cell === undefined) return html`<td class="outside">${day}</td>`;
  return html`<td class="cell ${stateOf(cell)}">${day}${said(cell)}</td>`;
}

function stateOf({ buckets, missing }: CalendarCell): 'full' | 'part' | 'none' {
  return missing === 0 ? 'full' : missing === buckets ? 'none' : 'part';
}

/** The state in words, where colour and pattern cannot be seen. */
function said(cell: CalendarCell): Piece {
  const { buckets, missing } = cell;
  const words = { full: '', part: `: ${missing} of ${buckets} missing`, none: ': missing' }[stateOf(cell)];
  return words !== '' && html`<span class="hidden">${words}</span>`;
}
