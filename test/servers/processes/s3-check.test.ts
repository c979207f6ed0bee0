import assert from 'node:assert/strict';
import { suite, test, type TestContext } from 'node:test';
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import type { BlobStore } from '../../../src/datasets/blobs/blob-store.js';
import { DatasetUrlError } from '../../../src/datasets/blobs/open-dataset-url.js';
import { createS3BlobStore } from '../../../src/datasets/blobs/s3/s3-blob-store.js';
import type { Received, Reply } from '../../support/gateway/loopback.js';
import { refOf } from '../../support/pages/blob-store-contract.js';
import { passOn, refusal, wantsMd5 } from '../../support/pages/s3-front.js';
import { testS3, type S3Place } from '../../support/pages/s3-server.js';

const idle = new AbortController().signal;
const SCOPE = `runs/${'a'.repeat(32)}`;
const ROWS = Buffer.from('rows');
const s3 = testS3();

/** A store whose connections end with the test. */
function open(t: TestContext, place: S3Place): BlobStore {
  const store = createS3BlobStore(place);
  t.after(() => {
    store.close();
  });
  return store;
}

suite('the check of a store', () => {
  const through = async (t: TestContext, refuse: (request: Received) => Reply | undefined): Promise<BlobStore> => {
    const place = s3.place();
    const endpoint = await passOn(t, place.access.endpoint, () => undefined, refuse);
    return open(t, { ...place, access: { ...place.access, endpoint } });
  };
  const checked = (name: string, body: (t: TestContext) => Promise<void>): void => {
    test(name, async (t) => {
      if (s3.missing() === undefined) await body(t);
      else t.skip(s3.missing());
    });
  };

  checked('passes where deletes need Content-MD5, and so do the deletes of work', async (t) => {
    const store = await through(t, wantsMd5);
    await store.check(idle);
    await store.put(refOf(SCOPE, ROWS), ROWS, idle);
    await store.remove(SCOPE, idle);
    assert.equal(await store.get(refOf(SCOPE, ROWS), idle), undefined);
  });

  for (const [what, isIt, status, code, sentence] of [
    [
      'delete',
      ({ path }: Received) => path.includes('?delete'),
      403,
      'AccessDenied',
      /cannot be used: access is denied/,
    ],
    ['delete at all', ({ path }: Received) => path.includes('?delete'), 501, 'NotImplemented', /cannot delete what/],
    [
      'take parts',
      ({ path }: Received) => path.includes('?uploads'),
      501,
      'NotImplemented',
      /cannot write an object in parts/,
    ],
    [
      'list',
      ({ path }: Received) => path.includes('list-type=2'),
      400,
      'InvalidArgument',
      /cannot list what it has written/,
    ],
  ] as const) {
    checked(`refuses a store that does not ${what}, before anything is stored`, async (t) => {
      const store = await through(t, (request) => (isIt(request) ? refusal(status, code) : undefined));
      await assert.rejects(store.check(idle), (error) => {
        assert.ok(error instanceof DatasetUrlError, String(error));
        assert.match(error.message, sentence);
        return true;
      });
    });
  }

  checked('leaves nothing behind, and two at once do not disturb each other', async (t) => {
    const place = s3.place();
    await Promise.all([open(t, place).check(idle), open(t, place).check(idle), open(t, place).check(idle)]);
    const { Contents = [] } = await s3
      .client()
      .send(new ListObjectsV2Command({ Bucket: place.bucket, Prefix: place.prefix }));
    assert.deepEqual(
      Contents.map(({ Key }) => Key),
      [`${place.prefix}journey-metrics-datasets`],
    );
  });
});
