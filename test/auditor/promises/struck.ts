import type { Evidence } from '../evidence.js';
import { findingsOf, type Judgement } from '../verdict.js';

/** Once may be chance. */
const ENOUGH = 2;

/**
 * Whether there was anything to judge: runs that completed, at least two strikes of every fault that was to be injected,
 * and at least two kills of every target that hit it while runs were under way.
 */
export function judgeStruck({ operator, source, receiver, runs }: Evidence): Judgement {
  const { found, find } = findingsOf('evidence');
  const { plan, outages } = operator;
  const counts: Record<string, number> = {};
  const need = (subject: string, times: number, what: string): void => {
    counts[subject] = times;
    if (times < ENOUGH) find(subject, `${what} ${times === 1 ? 'once' : 'never'}`);
  };
  if (plan === undefined) find('the plan', 'is not there: nobody can tell what was to be injected');
  if (!runs.some(({ status }) => status === 'completed')) find('the runs', 'include none that completed');
  const sides = [
    ['source', plan?.cxone ?? [], source],
    ['receiver', plan?.receiver ?? [], receiver],
  ] as const;
  for (const [side, faults, journal] of sides) {
    for (const name of faults) {
      const struck = journal.filter(({ fault }) => fault === name);
      need(`fault ${name} of the ${side}`, struck.length, 'struck');
    }
  }
  for (const name of plan?.targets ?? []) {
    const hits = outages.filter(({ target, inFlight, pid, nextPid }) => {
      return target === name && inFlight > 0 && nextPid !== undefined && nextPid !== pid;
    });
    need(`kill of ${name}`, hits.length, 'hit it, with runs under way,');
  }
  return { findings: found, counts };
}
