import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../config/places.js';
import { fail, ok, warn, type Check } from './check.js';

/** Below it the product does not run; see `engines` in package.json. */
const OLDEST_NODE = [20, 18, 1] as const;
const RECOMMENDED_MAJOR = 22;

/** @param version as `process.versions.node` has it */
export function checkNode(version: string): Check {
  const parts = version.split('.').map(Number);
  const differing = OLDEST_NODE.findIndex((part, index) => part !== parts[index]);
  const isTooOld = differing !== -1 && (parts[differing] ?? 0) < (OLDEST_NODE[differing] ?? 0);
  if (isTooOld) return fail('Node.js', version, `install ${OLDEST_NODE.join('.')} or later; 22 or 24 is best`);
  if ((parts[0] ?? 0) >= RECOMMENDED_MAJOR) return ok('Node.js', version);
  return warn('Node.js', `${version} works, but has had no security updates since 2026-04`, 'update to 22 or 24');
}

/** Temporal's packages share native code and protocols: of one version, or they fail in strange ways. */
export function checkTemporalPackages(): Check {
  const name = 'Temporal SDK';
  const manifest = readManifest('package.json');
  const packages = Object.keys(manifest.dependencies ?? {}).filter((dependency) =>
    dependency.startsWith('@temporalio/'),
  );
  const versions = packages.map((dependency) => [dependency, installedVersion(dependency)] as const);
  const distinct = new Set(versions.map(([, version]) => version));
  const [only] = distinct;
  if (distinct.size === 1 && only !== undefined)
    return ok(name, `${only}, the same for all ${packages.length} packages`);
  const found = versions.map(([dependency, version]) => `${dependency} ${version ?? 'missing'}`).join(', ');
  return fail(name, `its packages differ: ${found}`, 'install the versions of the lock file: `npm ci`');
}

function installedVersion(dependency: string): string | undefined {
  try {
    return readManifest('node_modules', dependency, 'package.json').version;
  } catch {
    return undefined;
  }
}

interface Manifest {
  readonly version?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

function readManifest(...path: readonly string[]): Manifest {
  // npm wrote it, or refuses to run it.
  return JSON.parse(readFileSync(join(packageRoot(), ...path), 'utf8')) as Manifest;
}
