import { createHmac, timingSafeEqual } from 'node:crypto';

/** Base64 of 32 bytes, in the form of Standard Webhooks. Known to everyone: for simulations only. */
export const DEFAULT_WEBHOOK_SECRET = `whsec_${Buffer.from('journey-metrics-simulator-secret').toString('base64')}`;

/** Standard Webhooks lets a signature be this much older or younger than the receiver's clock. */
const SIGNATURE_TOLERANCE_MS = 5 * 60_000;

export type SignatureCheck = 'valid' | 'absent' | 'invalid' | 'outside tolerance';

export interface SignedMessage {
  readonly id: string;
  /** `webhook-timestamp` as it came: whole seconds since the epoch. */
  readonly timestamp: string;
  /** `webhook-signature` as it came: `v1,<base64>`, several separated by spaces. */
  readonly signature: string;
  readonly body: Uint8Array;
}

/** Verifies by Standard Webhooks 1.0: HMAC-SHA256 over `id.timestamp.body`; any signature by any of the secrets will do. */
export function checkSignature(message: SignedMessage, secrets: readonly string[], nowMs: number): SignatureCheck {
  const { id, timestamp, signature, body } = message;
  if (signature === '') return 'absent';
  if (!/^\d{1,12}$/.test(timestamp)) return 'invalid';
  if (Math.abs(nowMs - Number(timestamp) * 1_000) > SIGNATURE_TOLERANCE_MS) return 'outside tolerance';
  const given = signature
    .split(' ')
    .filter((part) => part.startsWith('v1,'))
    .map((part) => Buffer.from(part.slice('v1,'.length), 'base64'));
  const right = secrets.map((secret) =>
    createHmac('sha256', Buffer.from(secret.replace(/^whsec_/, ''), 'base64'))
      .update(`${id}.${timestamp}.`)
      .update(body)
      .digest(),
  );
  const matches = given.some((one) =>
    right.some((other) => one.length === other.length && timingSafeEqual(one, other)),
  );
  return matches ? 'valid' : 'invalid';
}
