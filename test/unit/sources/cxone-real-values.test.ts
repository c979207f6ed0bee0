import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { readContactsDocument } from '../../../src/sources/reporting/contacts-document.js';
import { createSecretHider, reasonIn } from '../../../src/sources/reporting/reason.js';
import { booleanIn, digitsIn, instantIn, numberIn, secondsIn } from '../../../src/sources/reporting/values.js';

const bytes = (text: string): Uint8Array => Buffer.from(text);

describe('a value of a tenant', () => {
  it('is a number in each form there is, and nothing else', () => {
    assert.deepEqual([41.5, '41.5', '1,234.5', '1,234,567', '-3', '', null].map(numberIn), [
      41.5,
      41.5,
      1_234.5,
      1_234_567,
      -3,
      null,
      null,
    ]);
    assert.deepEqual(['1,23', '1 234', '0x10', 'n/a', true, [], 'NaN', '1e5'].map(numberIn), Array(8).fill(undefined));
  });

  it('is a duration in each form there is, and nothing else', () => {
    const forms = [90, '90', 'PT1M30S', '00:01:30', 'P1DT1H', 'PT0.5S', '100:00:00'];
    assert.deepEqual(forms.map(secondsIn), [90, 90, 90, 90, 90_000, 0.5, 360_000]);
    assert.deepEqual(['PT', 'P', '1:60:00', '01:30', 'one'].map(secondsIn), Array(5).fill(undefined));
  });

  it('is true or false in each form there is, and nothing else', () => {
    assert.deepEqual([true, 'True', 'Y', 1, '1', 'FALSE', 'n', 0].map(booleanIn), [
      true,
      true,
      true,
      true,
      true,
      false,
      false,
      false,
    ]);
    assert.deepEqual(['yes', 2, {}].map(booleanIn), [undefined, undefined, undefined]);
  });

  it('is an instant in UTC, or refused', () => {
    const at = Date.UTC(2026, 5, 1, 0, 0, 3, 120);
    const forms = [
      '2026-06-01T00:00:03.120Z',
      '2026-06-01T00:00:03.1200000Z',
      '2026-06-01T00:00:03.120',
      '2026-06-01T00:00:03.120+00:00',
    ];
    assert.deepEqual(forms.map(instantIn), [at, at, at, at]);
    assert.deepEqual(
      ['2026-06-01', '2026-06-01T00:00:03-05:00', '06/01/2026 00:00:03', '2026-13-01T00:00:00Z'].map(instantIn),
      Array(4).fill(undefined),
    );
  });

  it('is an id in digits, one spelling each', () => {
    assert.deepEqual([401, '401', '00401', '9007199254740993', null].map(digitsIn), [
      '401',
      '401',
      '401',
      '9007199254740993',
      null,
    ]);
    assert.deepEqual([1.5, 2 ** 60, 'a1', ''].map(digitsIn), [undefined, undefined, undefined, null]);
  });
});

describe('a page of contacts', () => {
  const pageOf = (contacts: string, more = ''): Uint8Array =>
    bytes(`{"totalRecords":1,${more}"completedContacts":[${contacts}]}`);

  it('keeps ids that a double cannot hold, and texts that look like them', () => {
    const id = fc.bigInt({ min: 10n ** 15n, max: 10n ** 20n }).map(String);
    fc.assert(
      fc.property(id, fc.string({ unit: 'binary' }), (contactId, name) => {
        const text = `${name} ": ${contactId}, \\`;
        const page = pageOf(`{"contactId":${contactId},"name":${JSON.stringify(text)},"seconds":0.12345678901234567}`);
        const [contact] = readContactsDocument(page).contacts;
        assert.deepEqual(contact, { contactId, name: text, seconds: 0.12345678901234567 });
      }),
    );
  });

  it('takes the query of its link and nothing else of it', () => {
    const link = (next: string): string => `"_links":{"next":${JSON.stringify(next)}},`;
    for (const next of [
      'https://evil.example/x?skip=10&top=10',
      '/services/v35.0/contacts/completed?skip=10&top=10',
      '?skip=10&top=10',
    ]) {
      assert.equal(String(readContactsDocument(pageOf('{}', link(next))).next), 'skip=10&top=10');
    }
    assert.equal(readContactsDocument(pageOf('{}', link(''))).next, undefined);
  });

  for (const [claim, text] of [
    ['is no JSON', '{"totalRecords":'],
    ['has no list', '{"totalRecords":3}'],
    ['has a total that is none', '{"totalRecords":"many","completedContacts":[]}'],
    ['holds what is no contact', '{"totalRecords":1,"completedContacts":[7]}'],
    ['is a list', '[]'],
  ] as const) {
    it(`is refused where it ${claim}`, () => {
      assert.throws(() => readContactsDocument(bytes(text)), { failureType: 'MalformedResponse' });
    });
  }
});

describe('the reason of a refusal', () => {
  const hider = createSecretHider(['top+secret====']);

  it('is the header, else the first text that a body is known to have', () => {
    const said = (body: string, statusDescription?: string) =>
      reasonIn(
        { status: 400, body: bytes(body), ...(statusDescription !== undefined && { statusDescription }) },
        hider,
      );
    assert.equal(said('{"message":"b"}', 'a'), 'a');
    assert.equal(said('{"message":"b","errorDescription":"c"}'), 'c');
    assert.equal(said('{"errors":[{"message":"d"}]}'), 'd');
    assert.equal(said('{"error":"invalid_grant"}'), 'invalid_grant');
    assert.equal(said('<html>'), undefined);
  });

  it('is short, printable and without secrets in any spelling', () => {
    const text = `no\u0000 top+secret==== top%2Bsecret%3D%3D%3D%3D ${'x'.repeat(300)}`;
    const reason = reasonIn({ status: 400, body: bytes(JSON.stringify({ message: text })) }, hider) ?? '';
    assert.match(reason, /^no \[redacted\] \[redacted\] x+$/);
    assert.equal(reason.length, 200);
    hider.learn('token-of-now');
    assert.equal(
      reasonIn({ status: 400, statusDescription: 'bad token-of-now', body: bytes('') }, hider),
      'bad [redacted]',
    );
  });
});
