import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const DOCUMENT = fileURLToPath(new URL('../../../schemas/openapi.json', import.meta.url));
const CACHE = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'cxone-journey-metrics', 'generators');

// The generator wants a compiler of its own: ours is newer than what it takes. Neither is needed to work on the product.
const TYPESCRIPT = ['openapi-typescript@7.13.0', 'typescript@5.9.3'];
const PYTHON = 'openapi-python-client==0.29.1';

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly operationId?: string }>>>>;
}

/** Installs once a machine. @returns why it cannot be installed, or nothing */
async function installed(folder: string, install: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await readFile(join(folder, 'installed'));
    return undefined;
  } catch {
    await mkdir(folder, { recursive: true });
  }
  try {
    await install();
    await writeFile(join(folder, 'installed'), '');
    return undefined;
  } catch (error) {
    return `it cannot be installed here: ${String(error).split('\n')[0] ?? ''}`;
  }
}

describe('generators of clients, over the OpenAPI document', () => {
  let folder = '';
  let operations: readonly string[] = [];
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'journey-generators-'));
    const { paths } = JSON.parse(await readFile(DOCUMENT, 'utf8')) as Document;
    operations = Object.values(paths).flatMap((path) =>
      Object.values(path).map(({ operationId }) => operationId ?? 'without a name'),
    );
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it('openapi-typescript makes types of every operation that a strict compiler takes', async (t) => {
    const tools = join(CACHE, 'typescript');
    const quiet = ['--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts', '--prefix', tools];
    const why = await installed(tools, () => run('npm', ['install', ...quiet, ...TYPESCRIPT]));
    if (why !== undefined) {
      t.skip(why);
      return;
    }
    const types = join(folder, 'client.d.ts');
    const tool = (path: string): string => join(tools, 'node_modules', path);
    await run(process.execPath, [tool('openapi-typescript/bin/cli.js'), DOCUMENT, '-o', types]);
    await run(process.execPath, [tool('typescript/bin/tsc'), '--noEmit', '--strict', types]);
    const text = await readFile(types, 'utf8');
    const [, block = ''] = /export interface operations \{\n(.*?)\n\}/s.exec(text) ?? [];
    const found = [...block.matchAll(/^ {4}(\w+): \{$/gm)].map(([, name]) => name);
    assert.deepEqual(found.sort(), [...operations].sort());
  });

  it('openapi-python-client makes a module of every operation, and leaves nothing out', async (t) => {
    const tools = join(CACHE, 'python');
    const pip = ['-m', 'pip', 'install', '--quiet', '--target', tools, PYTHON];
    const why = await installed(tools, () => run('python3', pip));
    if (why !== undefined) {
      t.skip(why);
      return;
    }
    const env = { ...process.env, PYTHONPATH: tools };
    const out = join(folder, 'client');
    const generate = ['generate', '--path', DOCUMENT, '--output-path', out, '--meta', 'none'];
    const { stdout, stderr } = await run('python3', ['-m', 'openapi_python_client', ...generate], { env });
    assert.doesNotMatch(stdout + stderr, /WARNING parsing|Cannot parse|will not be generated/i);
    const modules = (await readdir(join(out, 'api'), { recursive: true }))
      .filter((file) => file.endsWith('.py') && !file.endsWith('__init__.py'))
      .map((file) => basename(file, '.py').replaceAll('_', ''));
    assert.deepEqual(modules.sort(), operations.map((name) => name.toLowerCase()).sort());
    await run('python3', ['-m', 'compileall', '-q', out]);
  });
});
