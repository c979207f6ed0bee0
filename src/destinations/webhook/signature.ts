import { createHmac } from 'node:crypto';

export interface Signed {
  readonly webhookId: string;
  /** Unix seconds of the attempt. */
  readonly timestamp: number;
  readonly body: Uint8Array;
}

/** `webhook-signature` of Standard Webhooks 1.0.0: one `v1` signature a key, so that a receiver can rotate its secret. */
export function signatureOf({ webhookId, timestamp, body }: Signed, keys: readonly Uint8Array[]): string {
  const head = `${webhookId}.${timestamp}.`;
  return keys.map((key) => `v1,${createHmac('sha256', key).update(head).update(body).digest('base64')}`).join(' ');
}
