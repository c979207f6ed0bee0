/** `node --import tsx scripts/metrics-table.ts`: writes the tables of docs/metrics.md from the table of metrics. */
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { METRICS } from '../src/contract/metrics.js';
import { withBlock } from './generated.js';

export const COMMAND = 'node --import tsx scripts/metrics-table.ts';
export const METRICS_PAGE = fileURLToPath(new URL('../docs/metrics.md', import.meta.url));

/** docs/metrics.md with its tables. */
export function withMetricsTables(document: string): string {
  const tables = (['worker', 'gateway'] as const).map((program) =>
    [
      `### Of the ${program}`,
      '',
      '| Metric | Kind | Labels | Meaning |',
      '| --- | --- | --- | --- |',
      ...rowsOf(program),
    ].join('\n'),
  );
  return withBlock(document, 'docs/metrics.md', tables.join('\n\n'));
}

/** A metric as Prometheus has it. */
export function exposedName(name: string, kind: string): string {
  return kind === 'counter' ? `${name}_total` : name;
}

function rowsOf(program: 'worker' | 'gateway'): readonly string[] {
  return Object.entries(METRICS)
    .filter(([, { of }]) => of === program)
    .map(([name, { kind, labels, about }]) => {
      const cells = [`\`${exposedName(name, kind)}\``, kind, labels.map((label) => `\`${label}\``).join(', '), about];
      return `| ${cells.join(' | ')} |`;
    });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await writeFile(METRICS_PAGE, withMetricsTables(await readFile(METRICS_PAGE, 'utf8')));
}
