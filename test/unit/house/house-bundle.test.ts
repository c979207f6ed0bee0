import assert from 'node:assert/strict';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { buildWorkflowBundle } from '../../support/workflow/workflow-bundle.js';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
/** 653,000 since our modules are one, the SDK's own code for most of it. */
const BUDGET_CHARACTERS = 680_000;
/** With its source map, which has no sources: 1,016 KiB. */
const BUDGET_BYTES = 1_200 * 1_024;
/** The SDK's, and what they bring. */
const PACKAGES = ['@temporalio/common', '@temporalio/workflow', 'long', 'ms', 'nexus-rpc'];
const ROOMS = ['src/contract', 'src/domain', 'src/workflows'];
/** What needs zod or Node: workflows import its types and nothing else. */
const HEAVY =
  /src\/contract\/((audit-entry|json|duration|ids|window|request\/[a-z-]+-(schema|document))\b|result\/(?!dataset\b))/;

interface BundleContent {
  readonly packages: readonly string[];
  /** Folders of the product, e.g. `src/domain`. */
  readonly rooms: readonly string[];
  readonly files: readonly string[];
  /** Of the code, without its source map. */
  readonly characters: number;
  readonly bytes: number;
}

/** The source map behind the code names every file that is in it. */
function contentOf(bundle: string): BundleContent {
  const [code = '', map = ''] = bundle.split('//# sourceMappingURL=data:application/json;charset=utf-8;base64,');
  const { sources: files } = JSON.parse(Buffer.from(map, 'base64').toString()) as { sources: string[] };
  const matches = (pattern: RegExp): readonly string[] =>
    [...new Set(files.flatMap((path) => pattern.exec(path)?.[1] ?? []))].sort();
  return {
    packages: matches(/node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules\/)/),
    rooms: matches(/^(?!.*node_modules\/).*?((?:src|simulator|stack)\/[\w-]+)\//),
    files,
    characters: code.length,
    bytes: Buffer.byteLength(bundle),
  };
}

suite('the workflow bundle', () => {
  let folder = '';
  let content: BundleContent;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'journey-metrics-bundle-'));
    await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
    content = contentOf((await buildWorkflowBundle()).code);
  });
  after(() => rm(folder, { recursive: true, force: true }));

  test('holds the SDK and no other package', () => {
    assert.deepEqual(content.packages, PACKAGES);
  });

  test('holds workflows, rules and the contract, and nothing else of the product', () => {
    assert.deepEqual(content.rooms, ROOMS);
    for (const story of ['aggregate', 'backfill']) {
      assert.ok(
        content.files.some((path) => path.endsWith(`src/workflows/${story}/${story}-journey-metrics.ts`)),
        story,
      );
    }
  });

  test('holds nothing of the contract that needs zod or Node', () => {
    assert.deepEqual(
      content.files.filter((path) => HEAVY.test(path)),
      [],
    );
  });

  test('stays within its budget', () => {
    assert.ok(content.characters < BUDGET_CHARACTERS, `${content.characters} characters`);
    assert.ok(content.bytes <= BUDGET_BYTES, `${content.bytes} bytes`);
  });

  test('would show zod, activities and schemas if a workflow imported them', async () => {
    const schema = join(ROOT, 'src/contract/request/request-schema.js');
    const failures = join(ROOT, 'src/activities/failures.js');
    const text = `import * as schema from '${schema}';\nimport * as failures from '${failures}';\nexport const bad = async () => [schema, failures];\n`;
    const workflowsPath = join(folder, 'bad.ts');
    await writeFile(workflowsPath, text);
    const { packages, rooms, files } = contentOf((await buildWorkflowBundle(workflowsPath)).code);
    assert.ok(packages.includes('zod'));
    assert.ok(rooms.includes('src/activities'));
    assert.ok(files.some((path) => HEAVY.test(path)));
  });

  test('cannot be made of a workflow that imports a Node built-in', async () => {
    const workflowsPath = join(folder, 'builtin.ts');
    const text = "import { createHash } from 'node:crypto';\nexport const bad = async () => createHash('sha256');\n";
    await writeFile(workflowsPath, text);
    const said: string[] = [];
    const logger = new DefaultLogger('ERROR', ({ message }) => said.push(message));
    await assert.rejects(bundleWorkflowCode({ workflowsPath, logger }));
    assert.match(said.join('\n'), /ERROR in node:crypto/);
  });
});
