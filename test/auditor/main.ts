/** `test/auditor/main.ts FOLDER [--json]`: exit 0 held, 1 broken, 2 usage or unreadable evidence, 3 nothing tested. */
import { parseArgs } from 'node:util';
import { audit } from './audit.js';
import { EvidenceError } from './line.js';
import type { Verdict } from './verdict.js';

const USAGE = 'usage: auditor FOLDER [--json]';
const EXIT_CODES = { held: 0, broken: 1, 'nothing tested': 3 } as const;
const USAGE_EXIT_CODE = 2;

process.exitCode = main(process.argv.slice(2));

function main(args: readonly string[]): number {
  const asked = read(args);
  if (asked === undefined) return refuse(USAGE);
  try {
    const verdict = audit(asked.folder);
    process.stdout.write(asked.json ? `${JSON.stringify(verdict)}\n` : report(verdict));
    return EXIT_CODES[verdict.verdict];
  } catch (error) {
    if (error instanceof EvidenceError) return refuse(`The evidence cannot be read. ${error.message}`);
    throw error;
  }
}

function refuse(sentence: string): number {
  process.stderr.write(`${sentence}\n`);
  return USAGE_EXIT_CODE;
}

function read(args: readonly string[]): { folder: string; json: boolean } | undefined {
  try {
    const { positionals, values } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { json: { type: 'boolean', default: false } },
    });
    const [folder, ...more] = positionals;
    return folder === undefined || more.length > 0 ? undefined : { folder, json: values.json };
  } catch {
    return undefined;
  }
}

function report({ verdict, findings, counts }: Verdict): string {
  const lines = [
    ...Object.entries(counts).map(([what, count]) => `${String(count).padStart(9)}  ${what}`),
    ...findings.map(({ promise, subject, what }) => `${promise}: ${subject} ${what}`),
    `verdict: ${verdict}`,
  ];
  return `${lines.join('\n')}\n`;
}
