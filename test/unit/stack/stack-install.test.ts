import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { ensureInstalled, InstallError } from '../../../stack/install/install.mjs';

suite('the installation of a checkout', () => {
  let root = '';
  let said: string[] = [];
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'checkout-'));
    said = [];
    await lockFile({ 'node_modules/one': { version: '1.0.0', integrity: 'sha512-one' } });
    await playNpm("mkdirSync('node_modules', { recursive: true });");
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  async function lockFile(packages: Record<string, object>): Promise<void> {
    await writeFile(join(root, 'package-lock.json'), JSON.stringify({ packages: { '': {}, ...packages } }));
  }

  /** An npm that writes down how it was called and then does what the script says. */
  async function playNpm(script: string): Promise<void> {
    const start = `
      const { appendFileSync, mkdirSync } = require('node:fs');
      const { NODE_ENV, npm_config_omit, npm_config_registry } = process.env;
      const call = { args: process.argv.slice(2), cwd: process.cwd(), NODE_ENV, npm_config_omit, npm_config_registry };
      appendFileSync(__dirname + '/calls', JSON.stringify(call) + '\\n');\n`;
    await writeFile(join(root, 'npm-cli.js'), start + script);
  }

  async function calls(): Promise<{ args: string[]; cwd: string }[]> {
    const text = await readFile(join(root, 'calls'), 'utf8').catch(() => '');
    return text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as { args: string[]; cwd: string });
  }

  function install(env: NodeJS.ProcessEnv = {}, deadlineMs = 30_000): Promise<void> {
    const npm = {
      npm_execpath: join(root, 'npm-cli.js'),
      XDG_CACHE_HOME: join(root, 'cache'),
      PATH: process.env['PATH'],
    };
    return ensureInstalled({ root, env: { ...npm, ...env }, say: (line) => said.push(line), deadlineMs });
  }

  test('happens once, and then is silent', async () => {
    await install();
    assert.match(said.join('\n'), /npm ci/);
    said = [];
    await install();
    assert.deepEqual(said, []);
    assert.equal((await calls()).length, 1);
  });

  test('happens again when the lock file has changed', async () => {
    await install();
    await lockFile({ 'node_modules/one': { version: '2.0.0', integrity: 'sha512-two' } });
    await install();
    assert.equal((await calls()).length, 2);
  });

  test('has the development dependencies, whatever the shell around it says, and keeps its registry', async () => {
    await install({ NODE_ENV: 'production', npm_config_omit: 'dev', npm_config_registry: 'https://mirror.example' });
    const [call] = await calls();
    assert.deepEqual(call, {
      args: [
        'ci',
        '--include=dev',
        '--include=optional',
        '--include=peer',
        '--no-audit',
        '--no-fund',
        '--loglevel=error',
      ],
      cwd: root,
      npm_config_registry: 'https://mirror.example',
    });
  });

  test('is not repeated where somebody ran npm by hand, unless something is missing', async () => {
    const optional = { version: '1.0.0', optional: true };
    const here = { os: [process.platform], cpu: [process.arch] };
    const one = { version: '1.0.0', integrity: 'sha512-one' };
    const elsewhere = { 'node_modules/elsewhere': { ...optional, os: ['plan9'], cpu: ['vax'] } };
    await mkdir(join(root, 'node_modules'));
    await writeFile(
      join(root, 'node_modules', '.package-lock.json'),
      JSON.stringify({ packages: { 'node_modules/one': one } }),
    );
    await lockFile({ 'node_modules/one': one, ...elsewhere });
    await install();
    assert.deepEqual(await calls(), []);
    await lockFile({ 'node_modules/one': one, ...elsewhere, 'node_modules/native': { ...optional, ...here } });
    await install();
    assert.equal((await calls()).length, 1);
  });

  test('that fails says why and what to do, and is tried again the next time', async () => {
    await playNpm("console.error('npm error code ENOTFOUND'); process.exitCode = 7;");
    await assert.rejects(install(), (error) => {
      assert.ok(error instanceof InstallError);
      assert.match(error.message, /failed \(7\).*npm config get registry.*\nnpm error code ENOTFOUND/);
      return true;
    });
    await playNpm("mkdirSync('node_modules', { recursive: true });");
    await install();
    assert.equal((await calls()).length, 2);
  });

  test('that hangs is ended', async () => {
    await playNpm('setInterval(() => undefined, 1_000);');
    await assert.rejects(install({}, 300), { name: 'InstallError', message: /did not end within/ });
  });

  test('without a lock file is refused by a sentence', async () => {
    await rm(join(root, 'package-lock.json'));
    await assert.rejects(install(), { name: 'InstallError', message: /package-lock\.json is missing/ });
  });
});

for (const version of ['18.20.8', '20.18.0', '20.9.9']) {
  test(`Node ${version} is refused by a sentence before anything else runs`, () => {
    const fake = `data:text/javascript,Object.defineProperty(process.versions,'node',{value:'${version}'})`;
    const bootstrap = fileURLToPath(new URL('../../../stack/bootstrap.mjs', import.meta.url));
    const { status, stderr } = spawnSync(process.execPath, ['--import', fake, bootstrap], { encoding: 'utf8' });
    assert.equal(status, 1);
    assert.match(stderr, new RegExp(`^Node ${version} is too old: 20\\.18\\.1 or later is needed; [^\\n]*\\n$`));
  });
}
