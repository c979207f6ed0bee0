/** `node scripts/build-helm.mjs`, a part of `npm run test:field`: builds the helm of the tests once, into the user's cache. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from '../stack/install/cache-folder.mjs';

const VERSION = '3.22.0';
const folder = join(cacheFolder(process.env), `helm-${VERSION}`);
if (!existsSync(join(folder, 'helm'))) {
  const { status, error } = spawnSync('go', ['install', `helm.sh/helm/v3/cmd/helm@v${VERSION}`], {
    env: { ...process.env, GOBIN: folder },
    stdio: 'inherit',
  });
  if (error) process.stderr.write('there is no Go here to build helm with: the tests of the chart are skipped\n');
  process.exit(error ? 0 : (status ?? 1));
}
