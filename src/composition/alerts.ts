import type { AlertReceiverConfig, AlertsConfig } from '../config/alerts/alerts.js';
import { createAlertReceiver, type AlertReceiver } from '../destinations/alerts/alert-receiver.js';
import type { AlertReceivers, Ambient } from '../ports/index.js';

export interface LiveReceivers extends AlertReceivers {
  change(to: AlertsConfig): void;
  close(): Promise<void>;
}

/** Whether a receiver wants to know of an alert. What concerns all organisations concerns each. */
function wants(
  { events, orgs }: Pick<AlertReceiverConfig, 'events' | 'orgs'>,
  { event, org }: Parameters<AlertReceivers['receiversOf']>[0],
): boolean {
  return (events?.includes(event) ?? true) && (org === null || (orgs?.includes(org) ?? true));
}

/** Opens a receiver of alerts. */
export function openAlertReceiver(
  { kind, address }: AlertReceiverConfig,
  { gatewayUrl, ...world }: { gatewayUrl: string | undefined; ambient: Ambient; version: string },
): AlertReceiver {
  return createAlertReceiver({ kind, address, gatewayUrl, ...world });
}

/** The receivers of alerts, which follow their file: each step asks again. */
export function liveReceivers(first: AlertsConfig, world: { ambient: Ambient; version: string }): LiveReceivers {
  let current = first;
  const open = new Map<string, { readonly of: AlertReceiverConfig; readonly it: AlertReceiver }>();
  const all: AlertReceiver[] = [];
  const opened = (name: string): AlertReceiver | undefined => {
    const config = current.receivers[name];
    if (config === undefined) return undefined;
    const known = open.get(name);
    if (known?.of === config) return known.it;
    const it = openAlertReceiver(config, { gatewayUrl: current.gatewayUrl, ...world });
    all.push(it);
    open.set(name, { of: config, it });
    return it;
  };
  return {
    get rules() {
      return current.rules;
    },
    receiversOf: (alert) =>
      Object.entries(current.receivers).flatMap(([name, receiver]) => (wants(receiver, alert) ? [name] : [])),
    send: async (name, alert, signal) => opened(name)?.send(alert, signal),
    change(to) {
      current = to;
    },
    async close() {
      await Promise.all(all.map((each) => each.close()));
    },
  };
}
