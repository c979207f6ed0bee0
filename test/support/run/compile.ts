import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
/** Below the packages, so that those are found; by version control and all tools it is passed over. */
const CACHE = join(ROOT, 'node_modules', '.cache');

/** What the product reads beside its sources. */
const BESIDE = ['package.json', 'catalogue.json'];

export interface Compiled {
  /** JavaScript of a source, by its path from the root of the checkout. */
  pathOf(source: string): string;
  remove(): Promise<void>;
}

/**
 * These sources as JavaScript, with all that they import: a process starts with half of the CPU that `tsx` takes. Types
 * are not looked at; the static checks do that.
 */
export async function compile(sources: readonly string[]): Promise<Compiled> {
  await mkdir(CACHE, { recursive: true });
  const folder = await mkdtemp(join(CACHE, 'compiled-'));
  const settings = {
    extends: join(ROOT, 'tsconfig.json'),
    compilerOptions: { noEmit: false, noCheck: true, incremental: false, rootDir: ROOT, outDir: folder },
    files: sources.map((source) => join(ROOT, source)),
    include: [],
  };
  const project = join(folder, 'tsconfig.json');
  await writeFile(project, JSON.stringify(settings));
  for (const file of BESIDE) await copyFile(join(ROOT, file), join(folder, file));
  await promisify(execFile)(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', project]);
  return {
    pathOf: (source) => join(folder, source.replace(/\.ts$/, '.js')),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
