import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { hostsOf } from '../../../src/cli/doctor/workers.js';
import { judgeSharing } from '../../../src/cli/doctor/datasets.js';
import { readConfig } from '../../../src/config/config.js';
import type { DatasetConfig } from '../../../src/config/datasets.js';
import type { Env } from '../../../src/config/environment.js';
import { ConfigError } from '../../../src/config/errors.js';
import { DatasetUrlError, openBlobStore, parseDatasetUrl } from '../../../src/datasets/blobs/open-dataset-url.js';
import { refOf } from '../../support/pages/blob-store-contract.js';
import { idle, SCOPE, temporaryFolder } from './datasets-fixtures.js';

suite('DATASET_URL', () => {
  test('may be a file URL, and the store is there', async (t) => {
    const folder = await temporaryFolder(t);
    const store = await openBlobStore(readDatasets({ DATASET_URL: `file://${folder}/data%20sets` }).place);
    await store.check(idle);
    await store.put(refOf(SCOPE, Buffer.from('x')), Buffer.from('x'), idle);
    assert.deepEqual(await readdir(join(folder, 'data sets')), ['runs']);
  });

  test('may name a bucket and a prefix in it', () => {
    assert.deepEqual(parseDatasetUrl('s3://rows'), { kind: 's3', bucket: 'rows', prefix: '' });
    assert.deepEqual(parseDatasetUrl('s3://rows/'), { kind: 's3', bucket: 'rows', prefix: '' });
    const nested = { kind: 's3', bucket: 'rows.acme', prefix: 'bi/Journey_metrics/' };
    assert.deepEqual(parseDatasetUrl('s3://rows.acme/bi//Journey_metrics/'), nested);
  });

  for (const url of [
    'file://elsewhere/x',
    '/plain/path',
    'file:',
    'file:///x?secret',
    'http://secret',
    's3:',
    's3://',
  ].concat([
    's3://key:secret@bucket',
    's3://Bucket',
    's3://bucket/../secret',
    's3://bucket/x?secret',
    's3://b/x',
    's3:bucket',
  ])) {
    test(`is not ${url}, and what is said about it repeats nothing of it`, () => {
      assert.throws(
        () => parseDatasetUrl(url),
        (error) =>
          error instanceof DatasetUrlError && /^must .*like /.test(error.message) && !error.message.includes('secret'),
      );
      assert.throws(() => readDatasets({ DATASET_URL: url }), { name: 'ConfigError', variable: 'DATASET_URL' });
    });
  }
});

function readDatasets(env: Env): DatasetConfig {
  return readConfig(env).datasets();
}

suite('the access to a bucket', () => {
  const accessOf = (env: Env): unknown => {
    const { place } = readDatasets({ DATASET_URL: 's3://rows', ...env });
    assert.ok(place.kind === 's3');
    const { endpoint, ...access } = place.access;
    return endpoint ? { ...access, endpoint: endpoint.href } : access;
  };
  const keys = { AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'secret' };

  test('is by the role of the host where no keys are given', () => {
    assert.deepEqual(accessOf({}), { region: 'us-east-1', pathStyle: false });
  });

  test('is by the keys, region and address that the AWS names give', () => {
    const credentials = { accessKeyId: 'id', secretAccessKey: 'secret' };
    assert.deepEqual(accessOf({ ...keys, AWS_REGION: 'eu-central-1' }), {
      region: 'eu-central-1',
      pathStyle: false,
      credentials,
    });
    assert.deepEqual(accessOf({ ...keys, AWS_SESSION_TOKEN: 'token', AWS_ENDPOINT_URL: 'http://minio:9000' }), {
      region: 'us-east-1',
      pathStyle: true,
      endpoint: 'http://minio:9000/',
      credentials: { ...credentials, sessionToken: 'token' },
    });
  });

  test('has the bucket in the host name where DATASET_PATH_STYLE says so', () => {
    const { pathStyle } = accessOf({ AWS_ENDPOINT_URL: 'https://s3.example', DATASET_PATH_STYLE: '0' }) as {
      pathStyle: boolean;
    };
    assert.equal(pathStyle, false);
  });

  const wrong: readonly (readonly [string, Env])[] = [
    ['AWS_SECRET_ACCESS_KEY', { AWS_ACCESS_KEY_ID: 'id' }],
    ['AWS_ACCESS_KEY_ID', { AWS_SECRET_ACCESS_KEY: 'hunter2' }],
    ['AWS_REGION', { AWS_REGION: 'evil.example/' }],
    ['AWS_ENDPOINT_URL', { AWS_ENDPOINT_URL: 'ftp://x' }],
    ['AWS_ENDPOINT_URL', { AWS_ENDPOINT_URL: 'https://id:hunter2@x' }],
    ['DATASET_PATH_STYLE', { DATASET_PATH_STYLE: 'yes' }],
    ['DATASET_RETENTION', { DATASET_RETENTION: 'a month' }],
  ];
  for (const [variable, env] of wrong) {
    test(`names ${variable} when it is wrong: ${Object.keys(env).join()} alone, or not as it must be`, () => {
      assert.throws(
        () => accessOf(env),
        (error) => error instanceof ConfigError && error.variable === variable && !error.message.includes('hunter2'),
      );
    });
  }

  test('is read only where a bucket is named', () => {
    assert.equal(readDatasets({ DATASET_URL: 'file:///rows', AWS_ACCESS_KEY_ID: 'id' }).place.kind, 'file');
  });
});

suite('doctor', () => {
  const NOW = Date.UTC(2026, 10, 9, 6);
  const poller = (identity: string, ageMs = 0): Parameters<typeof hostsOf>[0][number] => {
    // As Temporal's own types have seconds: of Long, which a number stands for.
    const lastAccessTime = { seconds: (NOW - ageMs) / 1_000, nanos: 0 } as unknown as { seconds: null; nanos: number };
    return { identity, lastAccessTime };
  };
  const file = readDatasets({ DATASET_URL: 'file:///rows' });
  const bucket = readDatasets({ DATASET_URL: 's3://rows/bi', DATASET_RETENTION: '7 d' });

  test('knows the hosts of the workers that are there, each once', () => {
    const workers = [
      poller('journey-metrics/1.0.0 1@b.example'),
      poller('journey-metrics/1.0.0 2@a'),
      poller('journey-metrics/0.9.0 3@a'),
    ];
    const others = [poller('journey-metrics/1.0.0 4@gone', 200_000), poller('4711@elsewhere'), poller('')];
    assert.deepEqual(hostsOf([...workers, ...others], NOW - 140_000), ['a', 'b.example']);
  });

  test('fails files that workers on several hosts would share, and says what to do', () => {
    const { status, found, remedy } = judgeSharing(file, ['a', 'b']);
    assert.equal(status, 'fail');
    assert.match(found, /files in \/rows, and workers on 2 hosts: a, b/);
    assert.match(remedy ?? '', /DATASET_URL to s3:.*or run the workers .* on one host/);
  });

  test('is content with files on one host, and with a bucket on any number', () => {
    assert.deepEqual(
      [[], ['a']].map((hosts) => judgeSharing(file, hosts).status),
      ['ok', 'ok'],
    );
    assert.deepEqual(judgeSharing(bucket, ['a', 'b', 'c']), {
      name: 'datasets',
      status: 'ok',
      found: 'bucket rows, below bi/, kept for 7 d',
    });
  });
});
