import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { suite, test, type TestContext } from 'node:test';
import { ListMultipartUploadsCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import type { BlobStore } from '../../../src/datasets/blobs/blob-store.js';
import { DatasetError } from '../../../src/datasets/store/dataset-error.js';
import { createDatasetStore } from '../../../src/datasets/store/dataset-store.js';
import { DatasetUrlError } from '../../../src/datasets/blobs/open-dataset-url.js';
import { createS3BlobStore } from '../../../src/datasets/blobs/s3/s3-blob-store.js';
import { refOf, testBlobStore, type StorePair } from '../../support/pages/blob-store-contract.js';
import { listen, type Received, type Reply } from '../../support/gateway/loopback.js';
import { passOn, refusal } from '../../support/pages/s3-front.js';
import { placeOf, testS3, type S3Place } from '../../support/pages/s3-server.js';

const idle = new AbortController().signal;
const SCOPE = `runs/${'a'.repeat(32)}`;
const ROWS = Buffer.from('rows');
const LARGE = Buffer.alloc(20_000_003, 'large ');
const s3 = testS3();

/** A store whose connections end with the test. */
function open(t: TestContext, place: S3Place, deadlineMs?: number): BlobStore {
  const store = createS3BlobStore(place, deadlineMs);
  t.after(() => {
    store.close();
  });
  return store;
}

/** A store at a server that answers as it is told. */
async function facing(
  t: TestContext,
  answer: (request: Received) => Reply,
  deadlineMs?: number,
): Promise<{ store: BlobStore; received: readonly Received[] }> {
  const { url, received } = await listen(t, answer);
  return { store: open(t, placeOf(url, 'bucket'), deadlineMs), received };
}

const unavailable = (code: string, message: RegExp) => (error: unknown) => {
  assert.ok(error instanceof DatasetError, String(error));
  assert.equal(error.failureType, 'DatasetUnavailable');
  assert.equal(error.details.code, code);
  assert.match(error.message, message);
  assert.doesNotMatch(error.message, /secret|127\.0\.0\.1/);
  return true;
};

suite('a store in S3', () => {
  const places = new WeakMap<StorePair, S3Place>();
  testBlobStore({
    open(t) {
      const missing = s3.missing();
      if (missing !== undefined) {
        t.skip(missing);
        return Promise.resolve(undefined);
      }
      const place = s3.place();
      const pair = { store: open(t, place), other: open(t, place) };
      places.set(pair, place);
      return Promise.resolve(pair);
    },
    async damage(pair, { scope, sha256 }) {
      const { bucket = '', prefix = '' } = places.get(pair) ?? {};
      const Key = `${prefix}${scope}/blobs/${sha256}`;
      await s3.client().send(new PutObjectCommand({ Bucket: bucket, Key, Body: 'other' }));
    },
  });
});

suite('a bucket', () => {
  /** A test on the real server. */
  const real = (name: string, body: (t: TestContext, place: S3Place) => Promise<void>): void => {
    test(name, async (t) => {
      if (s3.missing() === undefined) await body(t, s3.place());
      else t.skip(s3.missing());
    });
  };

  real(
    'that does not exist is a configuration error at first, and unavailable later',
    async (t, { bucket, ...rest }) => {
      const store = open(t, { ...rest, bucket: `${bucket}-none` });
      await assert.rejects(store.check(idle), (error) => {
        assert.ok(error instanceof DatasetUrlError);
        return error.message.includes('does not exist: create it');
      });
      const isMissing = unavailable('NoSuchBucket', /write runs\/a+: the bucket .* does not exist/);
      await assert.rejects(store.put(refOf(SCOPE, ROWS), ROWS, idle), isMissing);
      await assert.rejects(store.get(refOf(SCOPE, ROWS), idle), unavailable('NoSuchBucket', /read/));
    },
  );

  real('that refuses the credentials is a configuration error at first', async (t, { access, ...rest }) => {
    const credentials = { accessKeyId: 'journey-key', secretAccessKey: 'another-secret' };
    const store = open(t, { ...rest, access: { ...access, credentials } });
    await assert.rejects(store.check(idle), (error) => {
      assert.ok(error instanceof DatasetUrlError);
      return error.message.includes('access is denied') && !error.message.includes('another');
    });
  });

  real('that was changed behind our back gives DatasetCorrupt, of whatever size', async (t, { bucket, ...rest }) => {
    const blobs = open(t, { ...rest, bucket });
    const store = createDatasetStore(blobs);
    for (const [bytes, other] of [
      [ROWS, 'rowz'],
      [ROWS, 'more than rows'],
      [LARGE, 'x'],
    ] as const) {
      const ref = await store.put(SCOPE, bytes, idle);
      const Key = `${rest.prefix}${SCOPE}/blobs/${ref.sha256}`;
      await s3.client().send(new PutObjectCommand({ Bucket: bucket, Key, Body: other }));
      await assert.rejects(store.get(ref, idle), { failureType: 'DatasetCorrupt' });
    }
  });

  real('keeps nothing of an upload that was broken off', async (t, { bucket, ...rest }) => {
    const store = open(t, { ...rest, bucket });
    const controller = new AbortController();
    const reason = new Error('cancelled');
    let parts = 0;
    const giveUp = (): void => {
      parts += 1;
      if (parts === 2) controller.abort(reason);
    };
    const endpoint = await passOn(t, rest.access.endpoint, giveUp);
    const through = open(t, { ...rest, bucket, access: { ...rest.access, endpoint } });
    await assert.rejects(through.put(refOf(SCOPE, LARGE), LARGE, controller.signal), reason);
    assert.equal(await store.get(refOf(SCOPE, LARGE), idle), undefined);
    const { Uploads } = await s3
      .client()
      .send(new ListMultipartUploadsCommand({ Bucket: bucket, Prefix: rest.prefix }));
    assert.deepEqual(Uploads ?? [], []);
  });
});

suite('what S3 answers', () => {
  for (const [status, code, remedy] of [
    [503, 'SlowDown', /asks for fewer requests/],
    [429, 'TooManyRequests', /asks for fewer requests/],
    [507, 'InsufficientStorage', /full/],
    [403, 'AccessDenied', /access is denied/],
    [403, 'ExpiredToken', /access is denied/],
    [301, 'PermanentRedirect', /another region/],
    [400, 'BadDigest', /changed in transit/],
    [409, 'ConditionalRequestConflict', /refused the request/],
    [500, 'InternalError', /refused the request/],
  ] as const) {
    test(`${code} is DatasetUnavailable, with what to do, after one request`, async (t) => {
      const { store, received } = await facing(t, () => refusal(status, code));
      const expected = unavailable(code, remedy);
      await assert.rejects(store.claim(SCOPE, 'g1-t0', { name: 'page-0', value: ROWS }, idle), expected);
      await assert.rejects(store.put(refOf(SCOPE, ROWS), ROWS, idle), expected);
      assert.equal(received.length, 2, 'Temporal tries again, not the SDK');
    });
  }

  test('no answer at all is DatasetUnavailable: refused, broken off, late', async (t) => {
    const { url, stop } = await listen(t, () => ({ status: 200 }));
    await stop();
    const gone = open(t, placeOf(url, 'bucket'));
    await assert.rejects(gone.get(refOf(SCOPE, ROWS), idle), unavailable('ECONNREFUSED', /cannot be reached/));
    const cut = await facing(t, () => (response) => response.destroy());
    await assert.rejects(cut.store.get(refOf(SCOPE, ROWS), idle), unavailable('ECONNRESET', /cannot be reached/));
    const half = await facing(t, () => (response) => {
      response.writeHead(200, { 'content-length': '4' });
      response.write('ro', () => response.destroy());
    });
    await assert.rejects(half.store.get(refOf(SCOPE, ROWS), idle), unavailable('ECONNRESET', /cannot be reached/));
    const silent = await facing(t, () => () => undefined, 100);
    await assert.rejects(silent.store.put(refOf(SCOPE, ROWS), ROWS, idle), unavailable('timeout', /within 0.1 s/));
    const drip = await facing(
      t,
      () => (response) => {
        response.writeHead(200, { 'content-length': '4' });
        response.write('ro');
      },
      100,
    );
    await assert.rejects(drip.store.get(refOf(SCOPE, ROWS), idle), unavailable('timeout', /within 0.1 s/));
  });

  test('an abort ends a request that is under way, with the reason of whoever aborts', async (t) => {
    for (const headersSent of [false, true]) {
      const controller = new AbortController();
      const reason = new Error('cancelled');
      const { store } = await facing(t, () => (response) => {
        if (headersSent) response.writeHead(200, { 'content-length': '4' }).write('ro');
        controller.abort(reason);
      });
      await assert.rejects(store.get(refOf(SCOPE, ROWS), controller.signal), reason);
    }
  });

  test('every write carries the SHA-256 of its bytes, and a note that nobody may be there before it', async (t) => {
    const { store, received } = await facing(t, () => ({ status: 200, headers: { etag: '"e"' } }));
    await store.put(refOf(SCOPE, ROWS), ROWS, idle);
    await store.claim(SCOPE, 'g1-t0', { name: 'page-0', value: ROWS }, idle);
    const sha256 = createHash('sha256').update(ROWS).digest('base64');
    const [blob, note] = received;
    assert.deepEqual(
      received.map(({ headers }) => headers['x-amz-checksum-sha256']),
      [sha256, sha256],
    );
    assert.deepEqual([blob?.headers['if-none-match'], note?.headers['if-none-match']], [undefined, '*']);
    assert.equal(note?.path.split('?')[0], `/bucket/some/prefix/${SCOPE}/notes/g1-t0/page-0`);
  });

  test('a store that does not honour If-None-Match is refused before anything is stored', async (t) => {
    const { store } = await facing(t, () => ({ status: 200, headers: { etag: '"e"' } }));
    await assert.rejects(store.check(idle), (error) => {
      assert.ok(error instanceof DatasetUrlError);
      return error.message.includes('does not honour If-None-Match');
    });
  });

  test('objects that S3 would not delete are not counted as deleted', async (t) => {
    const { store } = await facing(t, ({ method }) => {
      const key = `some/prefix/${SCOPE}/notes/g1-t0/page-0`;
      const body =
        method === 'POST'
          ? `<DeleteResult><Error><Key>${key}</Key><Code>AccessDenied</Code></Error></DeleteResult>`
          : `<ListBucketResult><IsTruncated>false</IsTruncated><Contents><Key>${key}</Key><Size>4</Size>` +
            `<LastModified>2026-11-01T00:00:00.000Z</LastModified></Contents></ListBucketResult>`;
      return { status: 200, headers: { 'content-type': 'application/xml' }, body };
    });
    await assert.rejects(store.remove(SCOPE, idle), unavailable('DeleteRefused', /right to delete/));
  });
});
