/**
 * `npm run --silent fuzz -- [--documents N] [--seed TEXT]`: holds the scanner of pages against `JSON.parse`, on made
 * pages of which two in three are mutated. Ends with 1 at the first page where the two differ.
 */
import { parseArgs } from 'node:util';
import { fuzzPage } from '../test/support/pages/page-fuzz.js';

const PROGRESS_EVERY = 1000;

const { values } = parseArgs({ options: { documents: { type: 'string' }, seed: { type: 'string' } } });
const documents = Number(values.documents ?? 200_000);
const seed = values.seed ?? new Date().toISOString();

function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u{1b}[K${text}`);
}

/** The exit code. */
function fuzz(): number {
  let json = 0;
  for (let number = 0; number < documents; number += 1) {
    const { page, isJson, difference } = fuzzPage(seed, number);
    if (difference !== undefined) {
      progress('');
      process.stdout.write(
        `page ${number} of seed ${seed} differs: ${difference}\nbase64: ${page.toString('base64')}\n`,
      );
      return 1;
    }
    if (isJson) json += 1;
    if (number % PROGRESS_EVERY === 0) progress(`${number} of ${documents} pages agree`);
  }
  progress('');
  process.stdout.write(
    `${documents} pages of seed ${seed}: ${json} JSON, ${documents - json} not; the scanner agrees on all\n`,
  );
  return 0;
}

if (Number.isSafeInteger(documents) && documents > 0) process.exitCode = fuzz();
else {
  process.stderr.write('--documents wants a whole number above 0\n');
  process.exitCode = 2;
}
