import { cancellation } from '../interceptor.js';
import { failure } from '../failures.js';
import type { AlertReceivers, AlertRecords, Ambient } from '../../ports/index.js';

interface Deps {
  readonly alerts: AlertRecords;
  readonly receivers: AlertReceivers;
  readonly ambient: Ambient;
}

/** Alerts that one look hands over. The next look finds the others. */
const BATCH = 50;

/** Ids of the alerts that no workflow sends yet. */
export function waitingAlerts({ alerts }: Pick<Deps, 'alerts'>) {
  return (): Promise<readonly string[]> => alerts.waiting(BATCH, cancellation());
}

/** Each of them is now a workflow's own. */
export function handOverAlerts({ alerts, ambient }: Pick<Deps, 'alerts' | 'ambient'>) {
  return ({ ids }: { readonly ids: readonly string[] }): Promise<void> =>
    alerts.handedOver(ids, new Date(ambient.now()).toISOString(), cancellation());
}

/** Names of those who are to be told of an alert; none of one that is not on record. */
export function receiversOfAlert({ alerts, receivers }: Pick<Deps, 'alerts' | 'receivers'>) {
  return async ({ id }: { readonly id: string }): Promise<readonly string[]> => {
    const alert = await alerts.find(id, cancellation());
    return alert ? receivers.receiversOf(alert) : [];
  };
}

/** Tells one of them. Fails with `AlertNotTaken` until the receiver takes it; one that never will, or is gone, is left. */
export function tellReceiver({ alerts, receivers, ambient }: Deps) {
  return async ({ id, receiver }: { readonly id: string; readonly receiver: string }): Promise<void> => {
    const alert = await alerts.find(id, cancellation());
    if (alert === null || alert.sends.some((send) => send.receiver === receiver && send.sentAt !== null)) return;
    const answer = await receivers.send(receiver, alert, cancellation());
    if (answer === undefined) return;
    await alerts.noteSend({ id, receiver }, answer, new Date(ambient.now()).toISOString(), cancellation());
    if (!answer.delivered && !answer.permanent) {
      throw failure('AlertNotTaken', `${receiver} did not take the alert: ${answer.reason}`);
    }
  };
}
