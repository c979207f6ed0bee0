import type { Ambient, CheckStep, PartAnswer } from '../../ports/index.js';
import type { WebhookAddress } from '../webhook/destination-url.js';
import { createWebhookDestination } from '../webhook/webhook-destination.js';
import { slackBody, webhookBody, type SentAlert } from './alert-text.js';

export interface AlertReceiverOptions {
  readonly kind: 'webhook' | 'slack';
  readonly address: WebhookAddress;
  readonly gatewayUrl?: string | undefined;
  readonly ambient: Ambient;
  readonly version: string;
}

export interface AlertReceiver {
  /** Sends it once, with its id as `webhook-id`. Throws only the reason of the aborted signal. */
  send(alert: SentAlert, signal: AbortSignal): Promise<PartAnswer>;
  check(signal: AbortSignal): AsyncIterable<CheckStep>;
  close(): Promise<void>;
}

/** Alerts leave as results do: the same guard against private addresses, the same signature. */
export function createAlertReceiver(options: AlertReceiverOptions): AlertReceiver {
  const { kind, address, gatewayUrl, ambient, version } = options;
  const webhook = createWebhookDestination({ address, limits: { maxRows: 1, maxBytes: 1 }, ambient, version });
  const bodyOf = kind === 'slack' ? slackBody : webhookBody;
  return {
    send: (alert, signal) =>
      webhook.deliver({ partId: alert.id, body: Buffer.from(bodyOf(alert, gatewayUrl)) }, signal),
    async *check(signal) {
      for await (const step of webhook.check(signal)) {
        // To know Slack's address is to be allowed to post there: it signs nothing.
        if (kind !== 'slack' || step.step !== 'authenticate') yield step;
      }
    },
    close: () => webhook.close(),
  };
}
