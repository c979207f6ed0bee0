/** `npm run build`: JavaScript in dist/, and the workflows bundled, so that a worker starts without a bundler. */
import { spawnSync } from 'node:child_process';
import { rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';

const pathOf = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));

await rm(pathOf('dist'), { recursive: true, force: true });
const compiler = [pathOf('node_modules/typescript/bin/tsc'), '-p', pathOf('tsconfig.build.json')];
if (spawnSync(process.execPath, compiler, { stdio: 'inherit' }).status !== 0) {
  process.exit(1); // tsc has said why
}

const { code } = await bundleWorkflowCode({
  workflowsPath: pathOf('dist/src/workflows/index.js'),
  logger: new DefaultLogger('WARN'),
});
// Where src/worker/run-worker.ts looks for it.
await writeFile(pathOf('dist/src/workflow-bundle.cjs'), code);
process.stdout.write('built dist/\n');
