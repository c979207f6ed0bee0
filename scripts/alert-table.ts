/** `node --import tsx scripts/alert-table.ts`: writes the table of events into docs/alerts.md. */
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { ALERTS } from '../src/contract/alerts.js';
import { withBlock } from './generated.js';

export const ALERTS_PAGE = fileURLToPath(new URL('../docs/alerts.md', import.meta.url));

const HEAD = ['| Event | Cause | One for each | What to do |', '| --- | --- | --- | --- |'];

/** The document with the table of `contract/alerts.ts` between its marks. */
export function withAlertTable(document: string): string {
  const rows = Object.entries(ALERTS).map(
    ([event, { cause, key, remedy }]) => `| \`${event}\` | ${cause} | ${key} | ${remedy} |`,
  );
  return withBlock(document, 'docs/alerts.md', [...HEAD, ...rows].join('\n'));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await writeFile(ALERTS_PAGE, withAlertTable(await readFile(ALERTS_PAGE, 'utf8')));
}
