import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { readConfig } from '../../../src/config/config.js';
import { parseKeyLines } from '../../../src/keys/key-lines.js';

const BOM = '\uFEFF';
const CATALOGUE = { reportTypes: ['calls'], metrics: ['handled'], dimensions: ['team'] };
const SECRET = `whsec_${Buffer.from('a-webhook-secret-of-24-bytes').toString('base64')}`;

test('a byte order mark at the start of a configuration file is no part of it', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'journey-metrics-bom-'));
  t.after(() => rm(folder, { recursive: true }));
  const file = async (name: string, text: string): Promise<string> => {
    const path = join(folder, name);
    await writeFile(path, BOM + text);
    return path;
  };
  const clientSecretFile = await file('client-secret', 'a-client-secret\n');
  const globex = {
    auth: { kind: 'client-credentials', baseUrl: 'https://cxone.example', clientId: 'id', clientSecretFile },
  };
  const config = readConfig({
    HOME: folder,
    CXONE_ORG_ID: 'acme',
    CXONE_CLIENT_ID: 'id',
    CXONE_CLIENT_SECRET_FILE: clientSecretFile,
    CXONE_CATALOGUE: await file('catalogue.json', JSON.stringify(CATALOGUE)),
    CXONE_ORGS_FILE: await file('orgs.json', JSON.stringify({ globex })),
    BI_WEBHOOK_URL: 'https://bi.example/hook',
    BI_WEBHOOK_SECRET_FILE: await file('webhook-secret', SECRET),
    BI_DESTINATIONS_FILE: await file('destinations.json', JSON.stringify({ lake: { url: 'https://lake.example' } })),
  });
  assert.deepEqual(Object.keys(config.destinations()), ['lake', 'bi']);
  const { bi } = config.destinations();
  assert.deepEqual(bi && 'secrets' in bi && bi.secrets, [SECRET]);
  const { orgs } = config.orgs();
  assert.deepEqual(Object.keys(orgs), ['globex', 'acme']);
  const written = JSON.stringify(orgs);
  assert.ok(!written.includes(BOM));
  assert.ok(written.includes('"clientSecret":"a-client-secret"'));
  assert.ok(written.includes(JSON.stringify(CATALOGUE.metrics)));
});

test('neither is one at the start of a key file', () => {
  const line = `nightly ${'0'.repeat(64)} runs:read acme`;
  assert.deepEqual(parseKeyLines(`${BOM}${line}\n`), parseKeyLines(`${line}\n`));
});
