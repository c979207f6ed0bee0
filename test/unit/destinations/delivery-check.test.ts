import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checkWebhook } from '../../../src/destinations/webhook/check.js';
import type { WebhookAddress } from '../../../src/destinations/webhook/destination-url.js';
import type { CheckStep } from '../../../src/ports/index.js';

const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

async function stepsOf(change: Partial<WebhookAddress>): Promise<readonly CheckStep[]> {
  const address = { url: new URL('http://localhost:1/hook?key=canary'), secrets: [SECRET], allowPrivate: true };
  const steps: CheckStep[] = [];
  for await (const step of checkWebhook({ ...address, ...change }, AbortSignal.timeout(5_000))) steps.push(step);
  assert.doesNotMatch(JSON.stringify(steps), /canary|whsec_/);
  return steps;
}

const told = (steps: readonly CheckStep[]): readonly string[] => steps.map(({ step, status }) => `${step}: ${status}`);

describe('the check of a webhook', () => {
  it('goes step by step, and sends nothing', async () => {
    assert.deepEqual(told(await stepsOf({})), ['reach: ok', 'authenticate: ok']);
  });

  it('warns of deliveries that nobody can tell from a stranger’s', async () => {
    const steps = await stepsOf({ secrets: [] });
    assert.deepEqual(told(steps), ['reach: ok', 'authenticate: warn']);
    assert.match(steps[1]?.remedy ?? '', /secret/);
  });

  it('ends at an address that would be refused', async () => {
    const steps = await stepsOf({ allowPrivate: false });
    assert.deepEqual(told(steps), ['reach: fail']);
    assert.match(steps[0]?.found ?? '', /not public/);
  });
});
