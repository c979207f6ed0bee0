import type { ChaosReport } from './harness.js';

/** Findings that are shown; all of them are in the JSON document. */
const SHOWN = 20;

/** For a person. */
export function renderReport(report: ChaosReport): string {
  const { verdict, seed, runs, seconds, kills, faults, ends, counts, findings, evidence, replay } = report;
  const lines = [
    `verdict   ${verdict}`,
    `seed      ${seed}: ${runs} runs in ${seconds} s`,
    `ends      ${listed(ends)}`,
    `kills     ${listed(kills)}`,
    `source    ${listed(faults.cxone)}`,
    `receiver  ${listed(faults.receiver)}`,
    `audited   ${listed(withoutStrikes(counts))}`,
    ...findings.slice(0, SHOWN).map(({ promise, subject, what }) => `  ${promise}: ${subject} ${what}`),
    ...(findings.length > SHOWN ? [`  … and ${findings.length - SHOWN} more`] : []),
    ...(evidence === null ? [] : [`evidence  ${evidence}`]),
    ...(verdict === 'held' ? [] : [`again     ${replay}`]),
  ];
  return `${lines.join('\n')}\n`;
}

/** The auditor counts faults and kills, too: from the journals, and to the same numbers. */
function withoutStrikes(counts: ChaosReport['counts']): ChaosReport['counts'] {
  return Object.fromEntries(Object.entries(counts).filter(([what]) => !/^(fault|kill) /.test(what)));
}

function listed(counts: Readonly<Record<string, number>>): string {
  const sorted = Object.entries(counts).toSorted(([a], [b]) => a.localeCompare(b));
  return sorted.map(([name, count]) => `${name} ${count}`).join(', ');
}
