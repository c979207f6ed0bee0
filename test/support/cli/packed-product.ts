import { execFile } from 'node:child_process';
import { cp, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Env } from '../../../src/config/environment.js';

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly files: readonly string[];
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

export async function readManifest(): Promise<Manifest> {
  return JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as Manifest;
}

/** Builds the product as it is published, beside the packages of the checkout, which it leaves alone. @returns its folder */
export async function stageProduct(folder: string): Promise<string> {
  const stage = join(folder, 'stage');
  await mkdir(stage);
  await symlink(join(ROOT, 'node_modules'), join(stage, 'node_modules'));
  const { files } = await readManifest();
  for (const file of ['package.json', 'LICENSE', ...files.filter((each) => each !== 'dist')]) {
    await cp(join(ROOT, file), join(stage, file), { recursive: true });
  }
  await run(process.execPath, ['--import', 'tsx', 'scripts/build.ts', '--out', join(stage, 'dist')], { cwd: ROOT });
  return stage;
}

/** Builds and packs the product. @returns the archive */
export async function packProduct(folder: string): Promise<string> {
  const stage = await stageProduct(folder);
  await npm(['pack', '--ignore-scripts', '--pack-destination', folder], stage);
  const archive = (await readdir(folder)).find((name) => name.endsWith('.tgz'));
  if (archive === undefined) throw new Error('npm packed nothing');
  return join(folder, archive);
}

/** Packs the client of that build as a package of its own. @returns the archive */
export async function packClient(folder: string): Promise<string> {
  const out = join(folder, 'client-package');
  const args = ['scripts/client-package.ts', '--dist', join(folder, 'stage/dist'), '--out', out];
  await run(process.execPath, ['--import', 'tsx', ...args], { cwd: ROOT });
  const packed = await npm(['pack', '--silent', '--pack-destination', folder], out);
  return join(folder, packed.trim());
}

/** A project of somebody else's that has the archive, a compiler, and nothing else. @returns its folder */
export async function installInto(folder: string, archive: string, name = 'app'): Promise<string> {
  const app = join(folder, name);
  await mkdir(app);
  await writeFile(join(app, 'package.json'), JSON.stringify({ name: 'app', private: true, type: 'module' }));
  const { devDependencies } = await readManifest();
  const tools = ['typescript', '@types/node'].map((name) => `${name}@${devDependencies[name] ?? ''}`);
  // From npm's own cache, which the installation of the checkout has filled; what is not there comes from the registry.
  const quiet = ['--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts'];
  await npm(['install', ...quiet, archive, ...tools], app);
  return app;
}

/** Runs a program of an installed project. Rejects with what it said when it does not end with 0. */
export async function runIn(app: string, args: readonly string[], env: Env = {}): Promise<string> {
  const { PATH, HOME } = process.env;
  try {
    return (await run(process.execPath, args, { cwd: app, env: { PATH, HOME, ...env } })).stdout;
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(`${args.join(' ')} failed: ${stdout}${stderr}`, { cause: error });
  }
}

/** Runs npm in a folder. @returns what it said */
export async function npm(args: readonly string[], cwd: string): Promise<string> {
  // Npm's own variables, of the command that runs the tests, would tell it of another project.
  const own = Object.entries(process.env).filter(([name]) => !/^npm_(package|lifecycle|command)/i.test(name));
  const options = { cwd, env: Object.fromEntries(own), maxBuffer: 16 * 1024 * 1024 };
  return (await run('npm', args, options)).stdout;
}
