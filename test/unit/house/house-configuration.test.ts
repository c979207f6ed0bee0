import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { readWorkerConfig, type Env } from '../../../src/config/config.js';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
/** What `@temporalio/envconfig` reads, of those that .env.example shows. */
const READ_BY_TEMPORAL = ['TEMPORAL_ADDRESS', 'TEMPORAL_API_KEY', 'TEMPORAL_NAMESPACE'];
/** Refused, not read. */
const REFUSED = ['NODE_TLS_REJECT_UNAUTHORIZED'];
const REQUIRED = {
  CXONE_ORG_ID: 'acme',
  CXONE_CLIENT_ID: 'client',
  CXONE_CLIENT_SECRET: 'secret',
  BI_WEBHOOK_URL: 'https://bi.example.com/hook',
  DATABASE_URL: 'postgres://records@localhost/records',
};

interface Shown {
  readonly name: string;
  readonly value: string;
  /** The comment above it. */
  readonly about: string;
}

function readText(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

function shownIn(example: string): readonly Shown[] {
  return [...example.matchAll(/^(.*)\n#?([A-Z][A-Z_]+)=(.*)$/gm)].map(([, about = '', name = '', value = '']) => {
    return { name, value: value.replaceAll("'", ''), about };
  });
}

/** Every name that the sources hand to a reader of variables, wherever they do it. */
function namesRead(): readonly string[] {
  const files = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' }).filter((f) => f.endsWith('.ts'));
  const reads =
    /(?:\b(?:read|required|duration|count|choice|flag)\(\s*\w+,\s*|\benv\[|\bconst name = )'([A-Z][A-Z_]+)'/g;
  return unique(files.flatMap((file) => [...readText(join('src', file)).matchAll(reads)].map(([, name = '']) => name)));
}

/** The names that are really asked for when a worker starts. */
function namesAskedFor(env: Env): readonly string[] {
  const asked: string[] = [];
  const recorder = new Proxy(env, {
    get(target, name) {
      if (typeof name !== 'string') return undefined;
      asked.push(name);
      return target[name];
    },
  });
  readWorkerConfig(recorder);
  return unique(asked);
}

function unique(names: readonly string[]): readonly string[] {
  return [...new Set(names)].sort();
}

const shown = shownIn(readText('.env.example'));
const names = shown.map(({ name }) => name);

suite('.env.example', () => {
  const ofCompose = [...readText('docker-compose.yml').matchAll(/\$\{([A-Z_]+)/g)].map(([, name = '']) => name);

  test('shows every variable that the sources read, and no other', () => {
    const read = namesRead().filter((name) => !REFUSED.includes(name));
    assert.deepEqual(unique(names), unique([...read, ...READ_BY_TEMPORAL, ...ofCompose]));
  });

  test('misses nothing that a worker asks for', () => {
    const asked = namesAskedFor(REQUIRED).filter((name) => !REFUSED.includes(name));
    assert.ok(asked.length > 10);
    const documented = new Set(names.flatMap((name) => [name, `${name}_FILE`]));
    assert.deepEqual(
      asked.filter((name) => !documented.has(name)),
      [],
    );
  });

  test('shows each variable once, below a sentence about it', () => {
    assert.deepEqual(unique(names), [...names].sort());
    for (const { name, about } of shown) assert.match(about, /^# .+\.$/, name);
  });

  test('shows the defaults as they are', () => {
    const defaults = Object.fromEntries(shown.map(({ name, value }) => [name, value]));
    assert.deepEqual(readWorkerConfig({ ...defaults, ...REQUIRED }), readWorkerConfig(REQUIRED));
  });

  test('holds no value of the variables that have none by default', () => {
    for (const name of Object.keys(REQUIRED)) assert.equal(shown.find((line) => line.name === name)?.value, '', name);
  });
});

suite('the worker of docker-compose.yml', () => {
  test('is handed every variable that a worker asks for', () => {
    const worker = readText('docker-compose.yml')
      .split(/\n(?= {2}\S)/)
      .find((text) => text.startsWith('  worker:'));
    const handed = [...(worker ?? '').matchAll(/^ {6}([A-Z_]+):/gm)].map(([, name]) => name);
    const asked = namesAskedFor(REQUIRED).filter((name) => names.includes(name) && name !== 'JOURNEY_METRICS_HOME');
    assert.deepEqual(
      asked.filter((name) => !handed.includes(name)),
      [],
    );
  });
});
