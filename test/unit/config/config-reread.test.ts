import assert from 'node:assert/strict';
import { mkdtemp, mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { readConfig, type Changing } from '../../../src/config/config.js';
import { keepFresh } from '../../../src/config/files/keep-fresh.js';

interface World {
  readonly folder: string;
  readonly learned: readonly string[];
  readonly complaints: readonly string[];
  /** As a worker has it now. */
  readonly now: () => Promise<Changing>;
}

const orgs = (names: readonly string[], secretFile: string): string =>
  JSON.stringify(
    Object.fromEntries(
      names.map((org) => [
        org,
        {
          auth: {
            kind: 'client-credentials',
            baseUrl: `https://${org}.example.com`,
            clientId: 'id',
            clientSecretFile: secretFile,
          },
        },
      ]),
    ),
    null,
    1,
  );

/** Files as Kubernetes mounts them: a link to a folder of data, which is swapped. */
async function world(t: TestContext): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), 'journey-metrics-orgs-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  await mkdir(join(folder, 'v1'));
  await writeFile(join(folder, 'v1', 'secret'), 'first-secret');
  await writeFile(join(folder, 'v1', 'orgs.json'), orgs(['acme'], join(folder, 'data', 'secret')));
  await symlink('v1', join(folder, 'data'));
  const database = join(folder, 'database');
  await writeFile(database, 'postgres://u:first@localhost/db');
  const learned: string[] = [];
  const complaints: string[] = [];
  const config = readConfig(
    {
      CXONE_ORGS_FILE: join(folder, 'data', 'orgs.json'),
      DATABASE_URL_FILE: database,
      // Of another program: it says nothing of what may be read again.
      TF_CLI_CONFIG_FILE: join(folder, 'nowhere'),
      BI_WEBHOOK_URL: 'https://bi.example.com/hook',
      JOURNEY_METRICS_HOME: folder,
      DATASET_URL: `file://${folder}/datasets`,
    },
    (secret) => learned.push(secret),
  ).worker();
  const { reread } = config;
  assert.ok(reread);
  let read: Changing = config;
  const textOf = (of: Changing): string => JSON.stringify([of.orgs, of.databaseUrl]);
  const fresh = keepFresh<Changing>({
    what: 'the configuration',
    first: { version: textOf(config), value: config },
    version: () => textOf((read = reread())),
    read: () => read,
    facts: () => ({}),
    log: { info: () => undefined, error: (said: unknown) => complaints.push(JSON.stringify(said)) },
  });
  const now = async (): Promise<Changing> => {
    await fresh.refresh();
    return fresh.value;
  };
  return { folder, learned, complaints, now };
}

const credential = ({ orgs: { orgs: all } }: Changing): string | undefined => all['acme']?.credential;

describe('configuration in files that change', () => {
  it('is read again when it is written in place, renamed over, or its folder is swapped by a link', async (t) => {
    const { folder, learned, now } = await world(t);
    const before = credential(await now());
    await writeFile(join(folder, 'data', 'secret'), 'second-secret');
    const second = credential(await now());
    assert.notEqual(second, before);
    assert.ok(learned.includes('second-secret'));
    await writeFile(join(folder, 'new'), 'third-secret');
    await rename(join(folder, 'new'), join(folder, 'data', 'secret'));
    assert.notEqual(credential(await now()), second);
    await mkdir(join(folder, 'v2'));
    await writeFile(join(folder, 'v2', 'secret'), 'first-secret');
    await writeFile(join(folder, 'v2', 'orgs.json'), orgs(['acme', 'globex'], join(folder, 'data', 'secret')));
    await symlink('v2', join(folder, 'next'));
    await rename(join(folder, 'next'), join(folder, 'data'));
    const swapped = await now();
    assert.deepEqual(Object.keys(swapped.orgs.orgs), ['acme', 'globex']);
    assert.equal(credential(swapped), before);
    await writeFile(join(folder, 'database'), 'postgres://u:second@localhost/db');
    assert.match((await now()).databaseUrl, /second/);
    assert.ok(learned.includes('second'));
  });

  it('stays as it was while a file is half written, empty, or gone, and the log says which line', async (t) => {
    const { folder, complaints, now } = await world(t);
    const before = credential(await now());
    const file = join(folder, 'v1', 'orgs.json');
    const whole = orgs(['acme', 'globex'], join(folder, 'data', 'secret'));
    await writeFile(file, whole.slice(0, whole.indexOf('clientId') + 3));
    assert.equal(credential(await now()), before);
    await writeFile(file, whole.replace('"kind": "client-credentials"', '"kind": hunter2'));
    assert.equal(credential(await now()), before);
    assert.match(complaints.at(-1) ?? '', /CXONE_ORGS_FILE is not JSON in line 4/);
    await writeFile(file, whole.replace('"clientId": "id"', '"clientId": 7'));
    assert.equal(credential(await now()), before);
    assert.match(complaints.at(-1) ?? '', /is not valid in line 6: acme\.auth\.clientId/);
    assert.doesNotMatch(complaints.join(), /hunter2/);
    await writeFile(file, whole);
    await writeFile(join(folder, 'v1', 'secret'), '');
    assert.equal(credential(await now()), before);
    const said = complaints.length;
    await now();
    assert.equal(complaints.length, said, 'once for each reason');
    await rm(join(folder, 'v1', 'secret'));
    assert.equal(credential(await now()), before);
    await writeFile(join(folder, 'v1', 'secret'), 'first-secret');
    assert.deepEqual(Object.keys((await now()).orgs.orgs), ['acme', 'globex']);
  });
});
