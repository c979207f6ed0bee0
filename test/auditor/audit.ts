import { readEvidence } from './evidence.js';
import { judgeAudit } from './promises/audited.js';
import { judgeDuplicates } from './promises/duplicates.js';
import { judgeIdentity } from './promises/identity.js';
import { judgeJourneys } from './promises/journeys.js';
import { judgeLost } from './promises/lost.js';
import { judgeOrphans } from './promises/orphans.js';
import { judgeResults } from './promises/results.js';
import { judgeStruck } from './promises/struck.js';
import type { Judge, Verdict } from './verdict.js';

const JUDGES: readonly Judge[] = [
  judgeLost,
  judgeAudit,
  judgeResults,
  judgeJourneys,
  judgeIdentity,
  judgeDuplicates,
  judgeOrphans,
  judgeStruck,
];

/**
 * Judges what a run under attack left behind, from the files alone: what was asked of the product, what the source and
 * the receiver saw, and what the product says of itself, compared as sets.
 * @throws EvidenceError when a file is missing or broken
 */
export function audit(folder: string): Verdict {
  const evidence = readEvidence(folder);
  const judgements = JUDGES.map((judge) => judge(evidence));
  const findings = judgements.flatMap((judgement) => judgement.findings);
  const broken = findings.some(({ promise }) => promise !== 'evidence');
  return {
    verdict: broken ? 'broken' : findings.length > 0 ? 'nothing tested' : 'held',
    findings,
    counts: Object.fromEntries(judgements.flatMap(({ counts }) => Object.entries(counts))),
  };
}
