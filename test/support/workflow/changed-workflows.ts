import { cp, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { WorkflowBundleWithSourceMap } from '@temporalio/worker';
import { buildWorkflowBundle } from './workflow-bundle.js';

/** A change of one file of `src/workflows`, as somebody might make it. */
export interface Change {
  /** Its name, or the end of its path. */
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

const fromRoot = (path: string): string => fileURLToPath(new URL(`../../../${path}`, import.meta.url));

/** The product's own workflows with a change in them, as a worker would get them. The sources stay as they are. */
export async function bundleChanged({ file, from, to }: Change): Promise<WorkflowBundleWithSourceMap> {
  const folder = await mkdtemp(join(tmpdir(), 'journey-metrics-changed-'));
  try {
    await cp(fromRoot('src'), join(folder, 'src'), { recursive: true });
    await symlink(fromRoot('node_modules'), join(folder, 'node_modules'));
    const path = await findOne(join(folder, 'src/workflows'), file);
    const source = await readFile(path, 'utf8');
    if (source.split(from).length !== 2) throw new Error(`${file} does not hold this once: ${from}`);
    await writeFile(
      path,
      source.replace(from, () => to),
    );
    return await buildWorkflowBundle(join(folder, 'src/workflows/index.ts'));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function findOne(folder: string, file: string): Promise<string> {
  const paths = await readdir(folder, { recursive: true });
  const [found, ...others] = paths.filter((path) => path === file || path.endsWith(`/${file}`));
  if (found === undefined || others.length > 0) throw new Error(`src/workflows does not hold one ${file}`);
  return join(folder, found);
}
