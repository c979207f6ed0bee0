import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { readConfig } from '../../../src/config/config.js';
import { apiKeyOf } from '../../../src/config/temporal.js';

const TEMPORAL_ADDRESS = 'temporal.example:7233';

test('a key in a file is read again, and stays where the file has none', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'journey-metrics-key-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'key');
  writeFileSync(file, 'first\n');
  const learnt: string[] = [];
  const env = { TEMPORAL_ADDRESS, TEMPORAL_API_KEY_FILE: file };
  const temporal = readConfig(env, (secret) => learnt.push(secret)).temporal();
  assert.equal(apiKeyOf(temporal), 'first');
  writeFileSync(file, 'second');
  assert.equal(apiKeyOf(temporal), 'second');
  assert.ok(learnt.includes('second'), 'logs never show it');
  for (const broken of ['', 'two words', 'two\nlines']) {
    writeFileSync(file, broken);
    assert.equal(apiKeyOf(temporal), 'second');
  }
  rmSync(file);
  assert.equal(apiKeyOf(temporal), 'second');
});

test('a key in the variable counts before its file', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'journey-metrics-key-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'key');
  writeFileSync(file, 'of the file');
  const env = { TEMPORAL_ADDRESS, TEMPORAL_API_KEY: 'itself', TEMPORAL_API_KEY_FILE: file };
  assert.equal(apiKeyOf(readConfig(env).temporal()), 'itself');
});

test('what fits into no header is no key', () => {
  for (const key of ['two words', 'two\nlines', 'schlüssel']) {
    const config = readConfig({ TEMPORAL_ADDRESS, TEMPORAL_API_KEY: key });
    assert.throws(() => config.temporal(), /^ConfigError: TEMPORAL_API_KEY is not a key: give one word/);
  }
});
