import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { CLIENT_PROGRAM, CLIENT_TSCONFIG } from '../../support/cli/client-program.js';
import { installInto, packClient, packProduct, readManifest, runIn } from '../../support/cli/packed-product.js';
import { startSuite, type Suite } from '../../support/product.js';

/** What of our dependencies a client loads, and of ourselves. */
const PACKAGES = ['@temporalio/client', '@temporalio/common', 'canonicalize', 'luxon', 'protobufjs', 'zod'];
const OURS = /^(client\.js|(async|client|contract|calendar|domain)\/([\w-]+\/)?[\w-]+\.js)$/;
/** Temporal's client brings most of it, 42 MB; the product would be ten times as much. */
const MEGABYTES_MOST = 60;

describe('the packages, installed in a project of somebody else', () => {
  let folder = '';
  let app = '';
  let productApp = '';
  let suite: Suite;
  before(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'journey-metrics-package-')));
    const starting = startSuite();
    const archive = await packProduct(folder);
    app = await installInto(folder, await packClient(folder));
    productApp = await installInto(folder, archive, 'product');
    await writeFile(join(app, 'main.ts'), CLIENT_PROGRAM);
    await writeFile(join(app, 'tsconfig.json'), JSON.stringify(CLIENT_TSCONFIG));
    suite = await starting;
  });
  after(async () => {
    await suite.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('are a client whose types are whole, and which brings and loads nothing of the worker', async () => {
    const [product, complained] = await Promise.all([suite.product(), complaints(app)]);
    assert.deepEqual(complained, []);
    const coverage = join(folder, 'coverage');
    const output = await runIn(app, ['out/main.js'], { ...product.env, NODE_V8_COVERAGE: coverage });
    const { workflowId, ...said } = JSON.parse(output) as Record<string, unknown>;
    assert.match(String(workflowId), /^journey-org-/);
    const { rows } = await product.client.run(String(workflowId)).result();
    assert.deepEqual(said, {
      outcome: 'completed',
      delivered: rows.delivered,
      revision: 1,
      forecast: 2,
      completed: 2,
      next: '05:00',
      refused: 'InvalidRequest',
    });
    const { packages, ours } = await loadedIn(app, 'cxone-journey-metrics-client', coverage);
    assert.deepEqual(
      ours.filter((file) => !OURS.test(file)),
      [],
    );
    const own = join(app, 'node_modules/cxone-journey-metrics-client/package.json');
    const { dependencies } = JSON.parse(await readFile(own, 'utf8')) as { dependencies: Record<string, string> };
    assert.deepEqual(
      Object.keys(dependencies).filter((name) => !name.startsWith('@types/')),
      PACKAGES,
    );
    assert.deepEqual(packages.filter((name) => Object.hasOwn(dependencies, name)).sort(), PACKAGES);
    const megabytes = await megabytesOf(join(app, 'node_modules'), ['typescript', '@types']);
    assert.ok(megabytes < MEGABYTES_MOST, `${megabytes} MB`);
    await product.stop();
  });

  it('are a product with the command line, the schemas and the bundle of a worker, no sources, and no maps that lead to none', async () => {
    const { name, version } = await readManifest();
    const app = productApp;
    assert.equal(await runIn(app, ['node_modules/.bin/journey-metrics', '--version']), `${version}\n`);
    const resolve = `process.stdout.write(import.meta.resolve('${name}/schemas/aggregate-request.json'))`;
    const schema = await runIn(app, ['--input-type=module', '--eval', resolve]);
    assert.match(await readFile(new URL(schema), 'utf8'), /"\$schema"/);
    const files = await readdir(join(app, 'node_modules', name), { recursive: true, encoding: 'utf8' });
    for (const file of [
      'LICENSE',
      'README.md',
      'catalogue.json',
      'dist/src/workflow-bundle.cjs',
      'dist/src/client.d.ts',
    ])
      assert.ok(files.includes(file), file);
    assert.deepEqual(
      files.filter((file) => /(?<!\.d)\.ts$|\.test\.|\.map$/.test(file)),
      [],
    );
  });
});

/**
 * What the compiler says of the program and of our declarations. Those of Temporal are not in order for somebody who has
 * them checked, with or without us: `ms` has no types for them, and `exactOptionalPropertyTypes` finds two more.
 */
async function complaints(app: string): Promise<readonly string[]> {
  const said = await runIn(app, ['node_modules/typescript/bin/tsc', '-p', '.', '--pretty', 'false']).catch(String);
  return said
    .split('\n')
    .filter((line) => /\(\d+,\d+\): error /.test(line) && !line.includes('node_modules/@temporalio/'));
}

async function megabytesOf(folder: string, without: readonly string[]): Promise<number> {
  const files = await readdir(folder, { recursive: true, withFileTypes: true });
  const counted = files.filter(
    (file) => file.isFile() && !without.some((name) => join(file.parentPath, '/').startsWith(join(folder, name, '/'))),
  );
  const sizes = await Promise.all(counted.map(async (file) => (await stat(join(file.parentPath, file.name))).size));
  return Math.round(sizes.reduce((sum, size) => sum + size, 0) / 1e6);
}

/** What a process that wrote its coverage has loaded: packages by name, and files of our own package. */
async function loadedIn(
  app: string,
  name: string,
  coverage: string,
): Promise<{ packages: readonly string[]; ours: readonly string[] }> {
  const modules = pathToFileURL(join(app, 'node_modules/')).href;
  const paths = new Set<string>();
  for (const file of await readdir(coverage)) {
    const { result } = JSON.parse(await readFile(join(coverage, file), 'utf8')) as { result: { url: string }[] };
    for (const { url } of result) if (url.startsWith(modules)) paths.add(url.slice(modules.length));
  }
  const packages = new Set([...paths].map((path) => /^(@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? path));
  const ours = [...paths].filter((path) => path.startsWith(`${name}/`)).map((path) => path.slice(name.length + 1));
  return { packages: [...packages], ours };
}
