import assert from 'node:assert/strict';
import { test } from 'node:test';
import { resultUrl } from '../../../src/sources/data-extraction/result-url.js';

const ISSUER = new URL('https://cxone.niceincontact.com');
const LOOPBACK = new URL('http://127.0.0.1:4000');

test('a result is fetched from the hosts where CXone keeps it, and from those that are configured', () => {
  const url = 'https://results.s3.us-west-2.amazonaws.com/a.csv?X-Amz-Signature=canary';
  assert.equal(resultUrl(url, ISSUER).href, url);
  assert.equal(resultUrl('https://files.example.com/a', ISSUER, ['files.example.com']).hostname, 'files.example.com');
  assert.equal(
    resultUrl('https://a.files.example.com/a', ISSUER, ['*.Files.example.com']).hostname,
    'a.files.example.com',
  );
});

test('any other place is not contacted, and its signed address is in no message', () => {
  for (const url of [
    'http://results.s3.amazonaws.com/canary',
    'https://amazonaws.com.attacker.example/canary',
    'https://s3.amazonaws.com@attacker.example/canary',
    'https://user:canary@results.s3.amazonaws.com/',
    'https://results.s3.amazonaws.com:8443/canary',
    'https://169.254.169.254/canary',
    'file:///canary',
    '//results.s3.amazonaws.com/canary',
    `https://results.s3.amazonaws.com/${'canary'.repeat(2_000)}`,
  ]) {
    assert.throws(
      () => resultUrl(url, ISSUER),
      (error: Error & { failureType?: string }) => {
        assert.equal(error.failureType, 'InvalidLocation', url);
        assert.doesNotMatch(JSON.stringify(error, Object.getOwnPropertyNames(error)), /canary|attacker/);
        return true;
      },
    );
  }
});

test('a job that succeeded without an address is a protocol failure', () => {
  for (const url of [undefined, null, '', 42, {}]) assert.throws(() => resultUrl(url, ISSUER), /names no address/);
});

test('where the issuer is on loopback, any host may have the result', () => {
  assert.equal(resultUrl('http://127.0.0.1:5000/a.csv', LOOPBACK).port, '5000');
  assert.equal(resultUrl('http://store.internal:9000/a.csv', LOOPBACK).hostname, 'store.internal');
  assert.throws(() => resultUrl('ftp://127.0.0.1/a.csv', LOOPBACK), /not allowed/);
});
