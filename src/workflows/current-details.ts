import type { Progress } from '../contract/result/progress.js';

/** The run in a few lines of Markdown: what the Temporal UI shows above the history. */
export function currentDetails(progress: Progress): string {
  const { phase, polls, pages, rows, deliveryAttempts, partsDelivered, parts, waitingFor, nextAt, outcome } = progress;
  const waiting =
    waitingFor === undefined ? '' : ` (${waitingFor}${nextAt === undefined ? '' : `, next at ${nextAt}`})`;
  const lines = [
    `**${outcome ?? phase}**${waiting}`,
    '',
    '| polls | pages | rows | parts delivered | failed delivery attempts |',
    '| ---: | ---: | ---: | ---: | ---: |',
    `| ${polls} | ${pages} | ${rows} | ${partsDelivered} of ${parts} | ${deliveryAttempts} |`,
  ];
  return lines.join('\n');
}
