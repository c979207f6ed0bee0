/** `node --import tsx scripts/failure-table.ts`: writes the table of failure types into docs/failure-model.md. */
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { FAILURES } from '../src/contract/failures.js';

export const FAILURE_MODEL = fileURLToPath(new URL('../docs/failure-model.md', import.meta.url));

// Prettier's own marks: what is between them keeps the form that is written here.
const BEGIN = '<!-- prettier-ignore-start -->';
const END = '<!-- prettier-ignore-end -->';

const HEAD = ['| Type | Decided by | Temporal | What it means, what to do |', '| --- | --- | --- | --- |'];
const RETRIES = { never: 'fails the run', 'until the bound': 'retries until the bound' } as const;

/** The document with the table of `contract/failures.ts` between its marks; throws when it does not have them once. */
export function withFailureTable(document: string): string {
  const [before, between, ...rest] = document.split(BEGIN);
  const [, after, ...more] = between?.split(END) ?? [];
  if (before === undefined || after === undefined || rest.length + more.length > 0) {
    throw new Error(`docs/failure-model.md must hold ${BEGIN} and ${END} once, in this order`);
  }
  const rows = Object.entries(FAILURES).map(
    ([type, { decidedBy, retry, meaning }]) => `| \`${type}\` | ${decidedBy} | ${RETRIES[retry]} | ${meaning} |`,
  );
  return `${before}${BEGIN}\n${[...HEAD, ...rows].join('\n')}\n${END}${after}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await writeFile(FAILURE_MODEL, withFailureTable(await readFile(FAILURE_MODEL, 'utf8')));
}
