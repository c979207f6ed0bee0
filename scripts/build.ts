/**
 * `npm run build`: JavaScript in dist/, and the workflows bundled, so that a worker starts without a bundler.
 * `-- --out FOLDER` builds elsewhere: beside a package.json and the packages that it names.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { BUNDLE_FILE, buildWorkflowBundle } from '../src/worker/workflow-bundle.js';

const pathOf = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));

const { out = pathOf('dist') } = parseArgs({ options: { out: { type: 'string' } } }).values;

await rm(out, { recursive: true, force: true });
const compiler = [pathOf('node_modules/typescript/bin/tsc'), '-p', pathOf('tsconfig.build.json'), '--outDir', out];
if (spawnSync(process.execPath, compiler, { stdio: 'inherit' }).status !== 0) {
  process.exit(1); // tsc has said why
}

const { code } = await buildWorkflowBundle({ workflowsPath: join(out, 'src/workflows/index.js') });
await writeFile(join(out, 'src', BUNDLE_FILE), code);
// Two builds with one id run the same workflow code: what TEMPORAL_WORKER_BUILD_ID wants.
const buildId = createHash('sha256').update(code).digest('hex').slice(0, 12);
process.stdout.write(`built ${out}\nbuild id ${buildId}\n`);
