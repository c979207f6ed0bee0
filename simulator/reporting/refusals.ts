import type { Reply } from '../http/reply.js';
import type { ReportingSettings } from './settings.js';

/** The ways in which CXone's parts word a refusal. `header`: no body, the reason in `icStatusDescription`. */
const FORMS = {
  spec: (reason: string) => ({ error: 'REFUSED', errorDescription: reason }),
  oauth: (reason: string) => ({ error: 'invalid_grant', error_description: reason }),
  gateway: (reason: string) => ({ message: reason }),
  analytics: (reason: string, status: number) => ({
    statusCode: status,
    timestamp: '2026-01-01T00:00:00.000Z',
    message: reason,
    description: reason,
  }),
  digital: (reason: string) => ({ errors: [{ message: reason, errorCode: 'refused' }], uid: 'simulated' }),
} as const satisfies Record<string, (reason: string, status: number) => object>;

export type RefusalForm = keyof typeof FORMS | 'header';

/** @param usual the form of this place, where the settings do not name one for all */
export function refuse(settings: ReportingSettings, usual: RefusalForm, status: number, reason: string): Reply {
  const form = settings.errors === 'usual' ? usual : settings.errors;
  if (form === 'header') return { status, headers: { icStatusDescription: reason } };
  return { status, body: FORMS[form](reason, status) };
}

/** In the words of a gateway for the statuses that it answers by itself. */
export function refuseAtGateway(settings: ReportingSettings, status: 401 | 403): Reply {
  return refuse(settings, 'gateway', status, status === 401 ? 'Unauthorized' : 'Forbidden');
}
