import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

const SECRET = 'hunter2canary';
const PROGRAMS: Readonly<Record<string, readonly string[]>> = {
  worker: ['src/worker.ts'],
  gateway: ['src/gateway.ts'],
  doctor: ['src/cli.ts', 'doctor'],
  'runs list': ['src/cli.ts', 'runs', 'list', '--json'],
  'audit list': ['src/cli.ts', 'audit', 'list'],
  'runs history': ['src/cli.ts', 'runs', 'history'],
};

/** Nothing listens on port 1, so every program gets as far as its first connection and says what is wrong. */
const UNREACHABLE: Readonly<Record<string, string>> = {
  CXONE_ORG_ID: 'acme',
  CXONE_CLIENT_ID: 'id',
  CXONE_CLIENT_SECRET: SECRET,
  CXONE_BASE_URL: 'http://127.0.0.1:1',
  TEMPORAL_ADDRESS: '127.0.0.1:1',
  DATABASE_URL: `postgres://journey:1%2F${SECRET}@127.0.0.1:1/journey`,
  BI_WEBHOOK_URL: `http://127.0.0.1:1/hook?token=${SECRET}`,
  BI_WEBHOOK_PRIVATE: '1',
  LOG_LEVEL: 'trace',
  GATEWAY_PORT: '0',
};

const SETTINGS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'addresses that nothing answers at': UNREACHABLE,
  'a password with an unescaped slash': {
    ...UNREACHABLE,
    DATABASE_URL: `postgres://journey:1/${SECRET}@127.0.0.1:1/journey`,
  },
  'credentials where none may be': {
    ...UNREACHABLE,
    BI_WEBHOOK_URL: `https://bi:1#${SECRET}@bi.example/hook`,
    TEMPORAL_ADDRESS: `https://key:1/${SECRET}@127.0.0.1:1`,
    CXONE_BASE_URL: `https://key:${SECRET}@cxone.example`,
  },
};

async function outputOf(program: readonly string[], env: Readonly<Record<string, string>>): Promise<string> {
  const { PATH } = process.env;
  const child = spawn(process.execPath, ['--import', 'tsx', ...program], {
    cwd: fileURLToPath(new URL('../../..', import.meta.url)),
    env: { PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output += text));
  await once(child, 'close');
  return output;
}

describe('a secret in an address', { concurrency: 2 }, () => {
  for (const [setting, env] of Object.entries(SETTINGS)) {
    for (const [name, program] of Object.entries(PROGRAMS)) {
      it(`is in nothing that ${name} writes, with ${setting}`, async (t) => {
        const home = await mkdtemp(join(tmpdir(), 'journey-metrics-secrets-'));
        t.after(() => rm(home, { recursive: true }));
        const output = await outputOf(program, { ...env, HOME: home, JOURNEY_METRICS_HOME: home });
        assert.notEqual(output, '', 'it says what is wrong');
        assert.ok(!output.includes(SECRET), output);
      });
    }
  }
});
