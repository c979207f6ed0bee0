import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cli } from '../../support/cli/cli.js';

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
