import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { readConfig } from '../../../src/config/config.js';

test('the page of a run is at the gateway of the dev that runs here, and of no Temporal elsewhere', async (t) => {
  const home = await mkdtemp(join(tmpdir(), 'journey-metrics-home-'));
  t.after(() => rm(home, { recursive: true }));
  const temporal = { address: '127.0.0.1:7233', namespace: 'default' };
  await writeFile(join(home, 'stack.json'), JSON.stringify({ temporal, gateway: { url: 'http://127.0.0.1:8080' } }));
  const pageUrl = (more: NodeJS.ProcessEnv): string | undefined =>
    readConfig({ JOURNEY_METRICS_HOME: home, ...more }).pageUrl()('nightly/1');
  assert.equal(pageUrl({}), 'http://127.0.0.1:8080/runs/nightly%2F1/report');
  assert.equal(pageUrl({ TEMPORAL_ADDRESS: 'temporal.example:7233' }), undefined);
});
