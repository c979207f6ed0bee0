import { printable } from '../../text/printable.js';
import { reportText } from '../../text/run-title.js';
import { agoText, zonedText } from '../../text/time-text.js';
import type { Terminal } from '../terminal/terminal.js';
import type { Status } from './standing.js';

const LISTED_MOST = 10;

/** Where one stands, for people. */
export function statusText(status: Status, terminal: Terminal): string {
  const { problem, organisations, series, late, alerts, next } = status;
  const bold = (text: string): string => terminal.paint('bold', text);
  const section = (head: string, lines: readonly string[]): readonly string[] =>
    lines.length === 0 ? [] : [`${bold(head)}\n${listed(lines).join('\n')}`];
  return [
    ...(problem === null ? [] : [printable(problem)]),
    ...section(
      'Organisations',
      organisations.map(({ org, circuit, lastSuccess }) => {
        const answered =
          lastSuccess === null ? 'has not answered yet' : `answered ${agoText(lastSuccess, terminal.now())}`;
        return `${org}: ${circuit === 'open' ? 'does not answer' : answered}`;
      }),
    ),
    ...section('Series', series.map(seriesText)),
    ...section(
      'Late',
      late.map(({ org, destination, label, state, schedule }) => {
        const by = schedule === null ? '' : `, schedule ${schedule}`;
        return `${org} → ${destination}: ${label} is ${state}${by}`;
      }),
    ),
    ...section(
      'Open alerts',
      alerts.map(({ event, what, raisedAt }) => `${event}, ${agoText(raisedAt, terminal.now())}: ${what}`),
    ),
    `${bold('Next')}\n${next.map(({ what, command }) => `  ${what}:\n    ${command}`).join('\n')}`,
  ].join('\n\n');
}

function seriesText({ org, report, series, destination, completeUpTo, timeZone }: Status['series'][number]): string {
  const name = report === null ? series : reportText(report);
  const upTo =
    completeUpTo === null ? 'not complete at its beginning' : `complete up to ${zonedText(completeUpTo, timeZone)}`;
  return `${org} · ${name} → ${destination}: ${upTo} (${timeZone})`;
}

function listed(lines: readonly string[]): readonly string[] {
  const more = lines.length - LISTED_MOST;
  const shown = lines.slice(0, LISTED_MOST).map((line) => `  ${printable(line)}`);
  return more > 0 ? [...shown, `  … and ${more} more`] : shown;
}
