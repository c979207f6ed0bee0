const PREFIX = 'whsec_';
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const SHORTEST_BYTES = 24;
const LONGEST_BYTES = 64;

/**
 * The key in a Standard Webhooks secret: `whsec_` and the base64 of 24 to 64 bytes.
 * Throws a `TypeError` whose message is one sentence without the secret.
 */
export function parseWebhookSecret(text: string): Uint8Array {
  if (!text.startsWith(PREFIX)) throw new TypeError(`A webhook secret must begin with ${PREFIX}.`);
  const encoded = text.slice(PREFIX.length);
  if (!BASE64.test(encoded)) throw new TypeError(`A webhook secret must be padded base64 after ${PREFIX}.`);
  const key = Buffer.from(encoded, 'base64');
  if (key.byteLength < SHORTEST_BYTES || key.byteLength > LONGEST_BYTES) {
    throw new TypeError(`A webhook secret must hold ${SHORTEST_BYTES} to ${LONGEST_BYTES} bytes; make a new one.`);
  }
  return key;
}
