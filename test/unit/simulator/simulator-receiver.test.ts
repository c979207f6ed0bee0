import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { Inbox } from '../../../simulator/receiver/inbox.js';
import { checkSignature, DEFAULT_WEBHOOK_SECRET, type SignedMessage } from '../../../simulator/receiver/signature.js';

const NOW_S = 1_800_000_000;
const OTHER_SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

function signed(secrets: readonly string[], body = '{"a":"é"}', atS = NOW_S): SignedMessage {
  const signatures = secrets.map((secret) => new Webhook(secret).sign('msg_1', new Date(atS * 1_000), body));
  return { id: 'msg_1', timestamp: String(atS), signature: signatures.join(' '), body: Buffer.from(body) };
}

const check = (message: SignedMessage, secrets = [DEFAULT_WEBHOOK_SECRET]) =>
  checkSignature(message, secrets, NOW_S * 1_000);

test('takes what the standardwebhooks package signs, by any secret of either side', () => {
  assert.equal(check(signed([DEFAULT_WEBHOOK_SECRET])), 'valid');
  assert.equal(check(signed([OTHER_SECRET, DEFAULT_WEBHOOK_SECRET])), 'valid');
  assert.equal(check(signed([OTHER_SECRET]), [DEFAULT_WEBHOOK_SECRET, OTHER_SECRET]), 'valid');
});

test('refuses another secret, other bytes, another id, another time, another version', () => {
  const message = signed([DEFAULT_WEBHOOK_SECRET]);
  assert.equal(check(signed([OTHER_SECRET])), 'invalid');
  assert.equal(check({ ...message, body: Buffer.from('{"a":"e"}') }), 'invalid');
  assert.equal(check({ ...message, id: 'msg_2' }), 'invalid');
  assert.equal(check({ ...message, timestamp: String(NOW_S + 1) }), 'invalid');
  assert.equal(check({ ...message, signature: message.signature.replace('v1,', 'v2,') }), 'invalid');
  assert.equal(check({ ...message, signature: 'v1,' }), 'invalid');
  assert.equal(check({ ...message, timestamp: 'now' }), 'invalid');
  assert.equal(check({ ...message, signature: '' }), 'absent');
});

test('takes a timestamp up to five minutes away, either way', () => {
  for (const [awayS, expected] of [
    [300, 'valid'],
    [-300, 'valid'],
    [301, 'outside tolerance'],
    [-301, 'outside tolerance'],
  ] as const) {
    assert.equal(check(signed([DEFAULT_WEBHOOK_SECRET], '{}', NOW_S + awayS)), expected);
  }
});

interface Part {
  readonly deliveryId: string;
  readonly revision: number;
  readonly index: number;
  readonly count: number;
}

function bodyOf(
  { deliveryId, revision, index, count }: Part,
  rows: readonly object[] = [{ from: `${revision}/${index}` }],
): Buffer {
  const summary = { total: rows.length, sampled: rows.length };
  const payload = {
    timestamp: 'T',
    queryId: 'q',
    metrics: rows,
    summary,
    deliveryId,
    revision,
    part: { index, count },
  };
  return Buffer.from(JSON.stringify(payload));
}

function take(inbox: Inbox, id: string, body: Buffer): string {
  const { verdict, accept } = inbox.judge(id, body);
  accept?.();
  return verdict;
}

const part = (revision: number, index: number, count = 2): Part => ({ deliveryId: 'd', revision, index, count });

test('a revision counts when all its parts are there, in whatever order, and replaces the window', () => {
  const inbox = new Inbox();
  assert.equal(take(inbox, 'a1', bodyOf(part(1, 1))), 'accepted');
  assert.equal(inbox.windows().size, 0);
  assert.equal(take(inbox, 'a0', bodyOf(part(1, 0))), 'accepted');
  assert.deepEqual(inbox.windows().get('d')?.rows, [{ from: '1/0' }, { from: '1/1' }]);
  assert.deepEqual(inbox.windows().get('d')?.webhookIds, ['a0', 'a1']);
  take(inbox, 'b0', bodyOf(part(2, 0)));
  assert.equal(inbox.windows().get('d')?.revision, 1);
  take(inbox, 'b1', bodyOf(part(2, 1)));
  assert.deepEqual(inbox.windows().get('d')?.rows, [{ from: '2/0' }, { from: '2/1' }]);
});

test('an id seen before is ignored; with other bytes it is a conflict', () => {
  const inbox = new Inbox();
  take(inbox, 'a', bodyOf(part(1, 0, 1)));
  assert.equal(take(inbox, 'a', bodyOf(part(1, 0, 1))), 'duplicate');
  assert.equal(take(inbox, 'a', bodyOf(part(1, 0, 1), [{ other: true }])), 'conflict');
  assert.deepEqual(inbox.windows().get('d')?.rows, [{ from: '1/0' }]);
});

test('the place of a part cannot be taken by another id, nor the number of parts changed', () => {
  const inbox = new Inbox();
  take(inbox, 'a', bodyOf(part(1, 0)));
  assert.equal(take(inbox, 'b', bodyOf(part(1, 0))), 'conflict');
  assert.equal(take(inbox, 'c', bodyOf(part(1, 1, 3))), 'conflict');
  take(inbox, 'd', bodyOf(part(1, 1)));
  assert.equal(take(inbox, 'e', bodyOf(part(1, 1))), 'conflict');
});

test('an older revision than the current one is ignored', () => {
  const inbox = new Inbox();
  take(inbox, 'b', bodyOf(part(2, 0, 1)));
  assert.equal(take(inbox, 'a', bodyOf(part(1, 0, 1))), 'stale');
  assert.equal(inbox.windows().get('d')?.revision, 2);
});

test('what is no payload is malformed, and says why', () => {
  const inbox = new Inbox();
  assert.match(inbox.judge('a', Buffer.from('{')).reason ?? '', /not JSON/);
  assert.match(inbox.judge('a', Buffer.from('{}')).reason ?? '', /deliveryId/);
  assert.match(inbox.judge('a', bodyOf(part(1, 2, 2))).reason ?? '', /part/);
});

test('whatever order and repetition parts arrive in, every window ends as its latest complete revision', () => {
  const arrival = fc.record({
    deliveryId: fc.constantFrom('d', 'e'),
    revision: fc.integer({ min: 1, max: 3 }),
    index: fc.integer({ min: 0, max: 2 }),
  });
  fc.assert(
    fc.property(fc.array(arrival, { maxLength: 60 }), (arrivals) => {
      const inbox = new Inbox();
      const parts = arrivals.map((one) => ({ ...one, count: one.revision }));
      const real = parts.filter(({ index, count }) => index < count);
      for (const one of real) take(inbox, createHash('sha256').update(JSON.stringify(one)).digest('hex'), bodyOf(one));
      for (const deliveryId of ['d', 'e']) {
        const complete = [3, 2, 1].find((revision) =>
          Array.from({ length: revision }, (_, index) => index).every((index) =>
            real.some((one) => one.deliveryId === deliveryId && one.revision === revision && one.index === index),
          ),
        );
        assert.equal(inbox.windows().get(deliveryId)?.revision, complete);
        assert.equal(inbox.windows().get(deliveryId)?.rows.length, complete);
      }
    }),
  );
});
