import type { AlertRecords, Ambient } from '../../ports/index.js';
import { cancellation } from '../interceptor.js';

interface Deps {
  readonly ambient: Ambient;
  readonly alerts: Pick<AlertRecords, 'raise'>;
  readonly auditProblem: (
    signal: AbortSignal,
  ) => Promise<{ readonly seq: number; readonly problem: string } | undefined>;
}

/** Reads the whole audit trail, and tells of the first entry that is not as it was written. */
export function checkAudit({ ambient, alerts, auditProblem }: Deps) {
  return async (): Promise<{ readonly brokenAt: number | null }> => {
    const found = await auditProblem(cancellation());
    if (found === undefined) return { brokenAt: null };
    const { seq, problem } = found;
    const alert = {
      event: 'audit.broken',
      key: [seq, problem],
      org: null,
      what: `The audit trail is broken at entry ${seq}: ${problem}`,
      about: {},
      fold: ['audit'],
    } as const;
    await alerts.raise(alert, new Date(ambient.now()).toISOString(), cancellation());
    return { brokenAt: seq };
  };
}
