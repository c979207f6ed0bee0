/**
 * `node --import tsx scripts/client-package.ts`: makes dist/client-package of the build in dist/: the client as a package of
 * its own, which has the files and packages that it loads, and no others. `npm pack ./dist/client-package` packs it.
 * `-- --dist FOLDER --out FOLDER`: of another build.
 */
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const { dist = join(ROOT, 'dist'), out = join(ROOT, 'dist/client-package') } = parseArgs({
  options: { dist: { type: 'string' }, out: { type: 'string' } },
}).values;

/** With several copies of it, the SDK cannot read histories: our version is the one that npm then shares. */
const PINNED = ['protobufjs'];
/** Of declarations alone. */
const TYPES_OF = { luxon: '@types/luxon' } as const;

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly engines: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

const manifest = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as Manifest;
const source = join(dist, 'src');
const { files, packages, declared } = await reachable(['client.js', 'client.d.ts']);

await rm(out, { recursive: true, force: true });
for (const file of files) {
  await mkdir(dirname(join(out, file)), { recursive: true });
  await cp(join(source, file), join(out, file));
}
await cp(join(ROOT, 'LICENSE'), join(out, 'LICENSE'));
await writeFile(join(out, 'README.md'), README());
await writeFile(join(out, 'package.json'), `${JSON.stringify(packageOf(packages, declared), null, 2)}\n`);
process.stdout.write(`made ${relative(process.cwd(), out)}: ${files.length} files, needs ${packages.join(', ')}\n`);

/** Follows imports, of code and of declarations, to our files and to packages. */
async function reachable(from: readonly string[]): Promise<{
  readonly files: readonly string[];
  readonly packages: readonly string[];
  /** Those that declarations name. */
  readonly declared: ReadonlySet<string>;
}> {
  const known = new Set(from);
  const named = new Set(PINNED);
  const declared = new Set<string>();
  for (const file of known) {
    const text = await readFile(join(source, file), 'utf8');
    for (const [, wanted = ''] of text.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*['"]([.@a-z][\w@./:-]*)['"]/g)) {
      if (wanted.startsWith('.')) {
        const path = join(dirname(file), wanted);
        known.add(file.endsWith('.d.ts') ? path.replace(/\.js$/, '.d.ts') : path);
      } else if (!wanted.startsWith('node:')) {
        const name = wanted.split('/', wanted.startsWith('@') ? 2 : 1).join('/');
        named.add(name);
        if (file.endsWith('.d.ts')) declared.add(name);
      }
    }
  }
  return { files: [...known].sort(), packages: [...named].sort(), declared };
}

function packageOf(wanted: readonly string[], declared: ReadonlySet<string>): object {
  const { name, version, license, engines, dependencies, devDependencies } = manifest;
  const typed = Object.entries(TYPES_OF).flatMap(([each, types]) => (declared.has(each) ? [types] : []));
  const versions = [...wanted, ...typed].sort().map((each) => {
    const exact = dependencies[each] ?? devDependencies[each];
    if (exact === undefined) throw new Error(`the client imports ${each}, which package.json does not name`);
    return [each, exact] as const;
  });
  return {
    name: `${name}-client`,
    version,
    description: 'The typed client of cxone-journey-metrics: starts, watches and lists runs, backfills and schedules.',
    license,
    type: 'module',
    engines,
    exports: { '.': { types: './client.d.ts', default: './client.js' }, './package.json': './package.json' },
    dependencies: Object.fromEntries(versions),
  };
}

function README(): string {
  return `# ${manifest.name}-client

The client of ${manifest.name} ${manifest.version}, without its worker. docs/clients.md of that project says how it is used.
`;
}
