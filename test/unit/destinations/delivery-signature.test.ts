import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { signatureOf } from '../../../src/destinations/webhook/signature.js';
import { parseWebhookSecret } from '../../../src/destinations/webhook/webhook-secret.js';

const secretOf = (bytes: number): string => `whsec_${randomBytes(bytes).toString('base64')}`;

describe('a webhook secret', () => {
  it('is whsec_ and the base64 of 24 to 64 bytes', () => {
    for (const bytes of [24, 25, 26, 32, 64]) assert.equal(parseWebhookSecret(secretOf(bytes)).byteLength, bytes);
  });

  it('is otherwise refused with a sentence that does not hold it', () => {
    const base64 = randomBytes(24).toString('base64');
    const refused = [
      '',
      'whsec_',
      base64,
      `WHSEC_${base64}`,
      secretOf(23),
      secretOf(65),
      `whsec_${base64} `,
      `whsec_${base64}=`,
      `whsec_${base64.slice(0, -1)}`,
      `whsec_${base64.slice(0, -1)}-`,
      `whsec_${base64}\n`,
    ];
    for (const text of refused) {
      assert.throws(
        () => parseWebhookSecret(text),
        (error) =>
          error instanceof TypeError && !error.message.includes(base64.slice(0, 8)) && error.message.endsWith('.'),
        JSON.stringify(text),
      );
    }
  });
});

describe('a webhook signature', () => {
  it('is the one of the Standard Webhooks specification', () => {
    const key = parseWebhookSecret('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw');
    const body = Buffer.from('{"test": 2432232314}');
    const signed = { webhookId: 'msg_p5jXN8AQM9LWM0D4loKWxJek', timestamp: 1_614_265_330, body };
    assert.equal(signatureOf(signed, [key]), 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
  });

  it('verifies with every secret of a rotation and with no other', () => {
    const secrets = [secretOf(24), secretOf(64)];
    const timestamp = Math.floor(Date.now() / 1_000);
    fc.assert(
      fc.property(fc.json(), fc.stringMatching(/^[0-9a-f]{32}$/), (text, webhookId) => {
        const signature = signatureOf(
          { webhookId, timestamp, body: Buffer.from(text) },
          secrets.map(parseWebhookSecret),
        );
        const headers = {
          'webhook-id': webhookId,
          'webhook-timestamp': String(timestamp),
          'webhook-signature': signature,
        };
        for (const secret of secrets) assert.deepEqual(new Webhook(secret).verify(text, headers), JSON.parse(text));
        assert.throws(() => new Webhook(secretOf(24)).verify(text, headers));
        assert.throws(() => new Webhook(secrets[0] ?? '').verify(`${text} `, headers));
      }),
      { numRuns: 25 },
    );
  });
});
