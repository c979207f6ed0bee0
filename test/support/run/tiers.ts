import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

export interface Tier {
  /** Below `test/`. */
  readonly folders: readonly string[];
  /** A file in which no test begins or ends for this long is given up. */
  readonly silenceMs: number;
}

/** Each test file belongs to the one tier whose folder it is in. */
export const TIERS = {
  /** What a change needs. Its slowest test takes 20 s on two quiet cores; a busy machine may take ten times that. */
  fast: { folders: ['unit', 'workflow', 'replay', 'integration'], silenceMs: 600_000 },
  /** What breaks, kills, installs or floods something, takes days of workflow time, or starts dozens of runs. Its slowest test takes 90 s on two quiet cores. */
  servers: { folders: ['servers'], silenceMs: 600_000 },
  /** What takes minutes, or the programs of others, and changes seldom: part of `npm run test:field`, not of CI. */
  field: { folders: ['field'], silenceMs: 1_800_000 },
  /** Sixty moments at which a worker dies, twelve at a time: one test may wait for all of them. */
  crash: { folders: ['crash'], silenceMs: 1_800_000 },
} as const satisfies Readonly<Record<string, Tier>>;

/** Tests of these run without any server. */
const WITHOUT_SERVERS = ['test/unit'];

export function isTier(name: string): name is keyof typeof TIERS {
  return name in TIERS;
}

export function wantsServers(path: string): boolean {
  return !WITHOUT_SERVERS.some((folder) => path.startsWith(folder));
}

/** Tests of all others kill or flood something: each file has a process for itself. */
const SHARING = [
  ...['test/unit', 'test/workflow', 'test/replay', 'test/integration'],
  ...['time', 'backfill', 'cli', 'sources', 'documents', 'gateway'].map((folder) => join('test/servers', folder)),
];

/**
 * To load the product takes two seconds of CPU, more than most files need for their tests: files of a folder share a
 * process, and take turns in it. More than this, and the last process is done long after the others.
 */
const FILES_A_PROCESS = 6;

/** Files that one process runs, named by their folder, or by the file where it is one. */
export interface TestGroup {
  readonly path: string;
  readonly files: readonly string[];
}

/** Files that come first, the slow ones, are dealt out to different processes. */
export function groupsOf(files: readonly string[]): readonly TestGroup[] {
  const folders = new Map<string, string[]>();
  for (const file of files) {
    const path = SHARING.some((folder) => file.startsWith(folder)) ? dirname(file) : file;
    folders.set(path, [...(folders.get(path) ?? []), file]);
  }
  return Array.from(folders, ([path, inFolder]) => {
    const processes = wantsServers(path) ? Math.ceil(inFolder.length / FILES_A_PROCESS) : 1;
    return Array.from({ length: processes }, (_, number): TestGroup => {
      const own = inFolder.filter((_file, index) => index % processes === number);
      const name = processes === 1 ? path : `${path} (${number + 1} of ${processes})`;
      return { path: own.length === 1 ? (own[0] ?? path) : name, files: own };
    });
  }).flat();
}

/** Paths from the root of the checkout, in the order of the alphabet. */
export function testFilesOf({ folders }: Tier): readonly string[] {
  return folders.flatMap((folder) => testFilesIn(join('test', folder)));
}

export function testFilesIn(folder: string): readonly string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.test.ts'))
    .map((path) => join(folder, path))
    .sort();
}
