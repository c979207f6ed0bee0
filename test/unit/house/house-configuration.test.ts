import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { readConfig, type Config } from '../../../src/config/config.js';
import type { Env } from '../../../src/config/environment.js';
import { ConfigError } from '../../../src/config/errors.js';
import type { Program, Variable } from '../../../src/config/variables/variable.js';
import { GROUPS, VARIABLES } from '../../../src/config/variables.js';
import { createScrubber } from '../../../src/observability/log.js';
import {
  COMMAND,
  COMPOSE_VARIABLES,
  CONFIGURATION_PAGE,
  ENV_EXAMPLE,
  envExample,
  withVariableTables,
} from '../../../scripts/configuration.js';
import { staleness } from '../../../scripts/generated.js';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const TABLE = Object.entries<Variable<unknown>>(VARIABLES);
const REQUIRED = {
  CXONE_ORG_ID: 'acme',
  CXONE_CLIENT_ID: 'client',
  CXONE_CLIENT_SECRET: 'secret',
  BI_WEBHOOK_URL: 'https://bi.example.com/hook',
};
/** With the first, rows are files at home; with the other, objects in a bucket. */
const ENVIRONMENTS: readonly Env[] = [
  { ...REQUIRED, TEMPORAL_ADDRESS: 'temporal:7233', DATABASE_URL: 'postgres://records@localhost/records' },
  {
    ...REQUIRED,
    TEMPORAL_ADDRESS: 'temporal:7233',
    DATABASE_URL: 'postgres://records@localhost/records',
    DATASET_URL: 's3://rows',
    AWS_ACCESS_KEY_ID: 'id',
    AWS_SECRET_ACCESS_KEY: 'secret-key',
    GATEWAY_KEYS_FILE: '/etc/keys',
  },
];

/** Everything that a program asks its configuration for. */
const PROGRAMS: Readonly<Record<Program, (config: Config) => void>> = {
  worker: (config) => [config.worker(), config.temporal(), config.logLevel()],
  gateway: (config) => [config.gateway({ keyless: true }), config.runUrl(), config.logLevel()],
  commands: (config) => {
    for (const part of ['orgs', 'destinations', 'alerts', 'temporal', 'runUrl', 'databaseUrl', 'datasets'] as const) {
      config[part]();
    }
    config.databaseConnections();
    for (const part of ['taskQueue', 'defaultOrg', 'requester', 'runningDev', 'colours'] as const) config[part]();
  },
};

/** Names of the table that a program asks the environment for. */
function namesAskedFor(program: Program): readonly string[] {
  const names = new Set<string>();
  for (const env of ENVIRONMENTS) {
    const asked = new Set<string>();
    const recorder = new Proxy(env, {
      get(target, name) {
        if (typeof name === 'string') asked.add(name);
        return target[String(name)];
      },
    });
    const config = readConfig(recorder);
    // It has looked at every one, for secrets.
    asked.clear();
    PROGRAMS[program](config);
    asked.forEach((name) => names.add(name));
  }
  return TABLE.map(([name]) => name).filter((name) => names.has(name));
}

function namesOf(program: Program): readonly string[] {
  return TABLE.filter(([, { readBy }]) => readBy.includes(program)).map(([name]) => name);
}

suite('the table of variables', () => {
  for (const program of ['worker', 'gateway', 'commands'] as const) {
    test(`says what is read by: ${program}`, () => {
      assert.deepEqual(namesAskedFor(program), namesOf(program));
    });
  }

  test('has every variable in one group, with a sentence about it', () => {
    const grouped = GROUPS.flatMap(({ variables }) => Object.keys(variables));
    assert.deepEqual(grouped.sort(), TABLE.map(([name]) => name).sort());
    for (const [name, { about }] of TABLE) assert.match(about, /^[A-Z0-9].+[^.]\.$|\}\.$/, name);
  });

  test('has defaults that are valid, and says what else holds in one way', () => {
    for (const [name, { kind, default: value, otherwise }] of TABLE) {
      if (value !== undefined) assert.doesNotThrow(() => kind.parse(value), name);
      assert.ok(value === undefined || otherwise === undefined, name);
    }
  });
});

suite('a variable', () => {
  const refusal = (read: () => unknown): ConfigError => {
    try {
      read();
    } catch (error) {
      if (error instanceof ConfigError) return error;
    }
    return assert.fail('it was taken');
  };

  test('that is wrong is named, and its value is not repeated', () => {
    const wrong: readonly (readonly [keyof typeof VARIABLES, string, (config: Config) => unknown])[] = [
      ['CXONE_ORG_ID', 'Hunter 2', (config) => config.orgs()],
      ['CXONE_BASE_URL', 'hunter2', (config) => config.orgs()],
      ['CXONE_CIRCUIT_OPEN', 'hunter2', (config) => config.worker()],
      ['WORKER_CACHED_WORKFLOWS', '0', (config) => config.worker()],
      ['BI_WEBHOOK_PRIVATE', 'hunter2', (config) => config.destinations()],
      ['BI_WEBHOOK_SECRET', 'hunter2', (config) => config.destinations()],
      ['LOG_LEVEL', 'hunter2', (config) => config.logLevel()],
      ['DATABASE_URL', 'hunter2', (config) => config.databaseUrl()],
      ['NODE_TLS_REJECT_UNAUTHORIZED', '0', (config) => config.worker()],
    ];
    for (const [name, value, read] of wrong) {
      const { variable, message } = refusal(() => read(readConfig({ ...ENVIRONMENTS[0], [name]: value })));
      assert.equal(variable, name);
      assert.match(message, new RegExp(`^${name} (must|is) `));
      assert.doesNotMatch(message, /hunter2/i);
    }
  });

  test('that is wrong stops only what needs it', () => {
    const config = readConfig({ ...ENVIRONMENTS[0], CXONE_BASE_URL: 'wrong', GATEWAY_PORT: 'wrong' });
    assert.equal(config.taskQueue(), 'journey-metrics');
    assert.equal(config.temporal().address, 'temporal:7233');
    assert.throws(() => config.orgs(), ConfigError);
  });

  test('that is needed and not set says what to do', () => {
    assert.match(refusal(() => readConfig({}).orgs()).message, /^CXONE_ORG_ID is not set: name the CXone/);
  });
});

suite('secrets of the environment', () => {
  test('are learnt before anything is read, inside URLs and among others', () => {
    const scrubber = createScrubber();
    readConfig(
      {
        CXONE_CLIENT_SECRET: 'canary-one',
        BI_WEBHOOK_SECRET: 'canary-two canary-three',
        DATABASE_URL: 'postgres://records:canary%2Ffour@localhost/records',
        PGPASSWORD: 'canary-five',
        TASK_QUEUE: 'no-canary-at-all',
      },
      scrubber.learn,
    );
    const said = 'canary-one canary-two canary-three canary%2Ffour canary/four canary-five';
    assert.doesNotMatch(scrubber.scrub(said), /canary/);
    assert.equal(scrubber.scrub('no-canary-at-all'), 'no-canary-at-all');
  });
});

suite('what is written from the table', () => {
  test('.env.example is up to date', () => {
    const text = readFileSync(ENV_EXAMPLE, 'utf8');
    const stale = staleness({ name: '.env.example', text, command: COMMAND }, envExample());
    assert.equal(stale, undefined, stale);
  });

  test('docs/configuration.md is up to date', () => {
    const text = readFileSync(CONFIGURATION_PAGE, 'utf8');
    const stale = staleness({ name: 'docs/configuration.md', text, command: COMMAND }, withVariableTables(text));
    assert.equal(stale, undefined, stale);
  });

  test('says the command and the first line that differs when it is stale', () => {
    const file = { name: 'a.md', text: 'one\nold\nthree', command: 'make' };
    assert.equal(
      staleness(file, 'one\nnew\nthree'),
      'a.md is out of date: run `make`. Line 2 is\n  old\nand should be\n  new',
    );
    assert.match(staleness(file, 'one') ?? '', /Line 2 is\n {2}old\nand should be\n {2}\(no such line\)/);
    assert.throws(() => withVariableTables('# Configuration\n'), /must hold/);
  });
});

suite('docker-compose.yml', () => {
  const compose = readFileSync(join(ROOT, 'docker-compose.yml'), 'utf8');

  test('asks .env for the passwords of its Postgres only', () => {
    const asked = [...compose.matchAll(/\$\{([A-Z_]+)/g)].map(([, name]) => name);
    assert.deepEqual([...new Set(asked)].sort(), Object.keys(COMPOSE_VARIABLES).sort());
  });

  test('hands its worker every variable that a worker reads, and no other', () => {
    const worker = compose.split(/\n(?= {2}\S)/).find((text) => text.startsWith('  worker:'));
    const handed = [...(worker ?? '').matchAll(/^ {6}([A-Z_]+):/gm)].map(([, name = '']) => name);
    // Rows are in a volume, Temporal and Postgres beside it, and Node's own variable is nobody's to set.
    const own = ['JOURNEY_METRICS_HOME', 'NODE_TLS_REJECT_UNAUTHORIZED', 'TEMPORAL_API_KEY', 'DATASET_PATH_STYLE'];
    const read = namesOf('worker').filter((name) => !own.includes(name) && !name.startsWith('AWS_'));
    assert.deepEqual([...handed].sort(), [...read].sort());
  });
});
