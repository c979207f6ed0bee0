import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { format } from 'prettier';
import { configuredOrgs } from '../../../src/cli/sources/named-source.js';
import { ConfigError } from '../../../src/config/errors.js';
import { cli } from '../../support/cli/cli.js';
import { temporaryFolder } from '../../unit/datasets/datasets-fixtures.js';

const ENV = {
  CXONE_ORG_ID: 'globex',
  CXONE_CLIENT_ID: 'client',
  CXONE_CLIENT_SECRET: 'secret',
  CXONE_ACCESS_KEY_ID: 'id====',
  CXONE_ACCESS_KEY_SECRET: 'key====',
  CXONE_ISSUER: 'https://cxone.invalid',
};

test('catalogue lists what a source knows, and why a metric cannot be had, without asking anybody', async () => {
  const end = await cli(['catalogue', '--json'], ENV);
  assert.equal(end.code, 0, end.stderr);
  const { org, source, definition, metrics, dimensions } = JSON.parse(end.stdout) as {
    org: string;
    source: string;
    definition: { name: string };
    metrics: { name: string; sentence: string; refused?: string }[];
    dimensions: { name: string; sentence: string }[];
  };
  assert.deepEqual([org, source, definition.name], ['globex', 'journeys', 'globex/1']);
  const refused = metrics.filter((metric) => metric.refused !== undefined).map(({ name }) => name);
  assert.deepEqual(refused, [
    'journeyCompleted',
    'journeyDroppedOff',
    'journeyUnresolved',
    'journeyCompletionRate',
    'journeyDropOffRate',
  ]);
  assert.ok([...metrics, ...dimensions].every(({ sentence }) => sentence.length > 10));
});

test('catalogue --dbt is the schema.yml of the rows: their columns, each with its sentence, none that cannot be had', async () => {
  const end = await cli(['catalogue', '--dbt'], ENV);
  assert.deepEqual([end.code, end.stderr], [0, '']);
  const { metrics, dimensions } = JSON.parse((await cli(['catalogue', '--json'], ENV)).stdout) as Record<
    'metrics' | 'dimensions',
    { name: string; sentence: string; refused?: string }[]
  >;
  const had = metrics.filter(({ refused }) => refused === undefined);
  await format(end.stdout, { parser: 'yaml' });
  const columns = [...end.stdout.matchAll(/^ {6}- name: (.+)\n(?: {8}description: (.+)\n)?/gm)];
  const read = (text: string | undefined): unknown => (text?.startsWith('"') ? JSON.parse(text) : text);
  assert.match(end.stdout, /^models:\n {2}- name: current_metrics$/m);
  assert.deepEqual(
    columns.map(([, name, description]) => [read(name), read(description)]),
    [
      ['date', undefined],
      ...[...dimensions, ...had].map(({ name, sentence }) => [name, sentence]),
      ['_delivery_id', undefined],
    ],
  );
});

test('beside a running dev, whose organisations its worker alone is told, commands say how to name them', () => {
  const unset = new ConfigError('CXONE_ORG_ID', 'is not set');
  const orgs = (): never => {
    throw unset;
  };
  const dev = {};
  assert.throws(() => configuredOrgs({ orgs, runningDev: () => undefined }), unset);
  assert.throws(() => configuredOrgs({ orgs, runningDev: () => dev }), /CXONE_ORGS_FILE is not set: the running `dev`/);
});

test('catalogue names what is configured in place of what is not', async () => {
  const ends = await Promise.all(
    [
      ['catalogue', '--org', 'initech'],
      ['catalogue', '--source', 'qm'],
    ].map((args) => cli(args, ENV)),
  );
  assert.deepEqual(
    ends.map(({ code }) => code),
    [2, 2],
  );
  assert.match(ends[0]?.stderr ?? '', /--org is not configured; configured: globex/);
  assert.match(ends[1]?.stderr ?? '', /--source is not configured; configured: journeys/);
});

test('catalogue says which column of a file a field is, and what a report does not tell', async (t) => {
  const folder = await temporaryFolder(t);
  const [secret, orgs] = [join(folder, 'secret'), join(folder, 'orgs.json')];
  const columns = { dateColumn: 'Start_Date', timeZone: '-06:00', metrics: { abandoned: 'Abandon' } };
  const calls = { kind: 'custom-report', reportId: '350047', ...columns, dimensions: { skill: 'Skill_No' } };
  const auth = { kind: 'access-key', issuer: ENV.CXONE_ISSUER, clientId: 'client', accessKeyId: 'id' };
  const secrets = { clientSecretFile: secret, accessKeySecretFile: secret };
  await writeFile(secret, 'canary');
  await writeFile(orgs, JSON.stringify({ initech: { auth: { ...auth, ...secrets }, sources: { calls } } }));
  const end = await cli(['catalogue', '--org', 'initech'], { CXONE_ORGS_FILE: orgs });
  assert.equal(end.code, 0, end.stderr);
  assert.match(end.stdout, /abandoned +Column "Abandon" of report 350047\. No column of direction is configured/);
  assert.match(end.stdout, /skill +Column "Skill_No" of report 350047\.$/m);
});
