import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { PassThrough } from 'node:stream';
import { suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { runCommandLine } from '../../../src/cli/program/program.js';
import { createTerminal } from '../../../src/cli/terminal/terminal.js';
import { VARIABLES } from '../../../src/config/variables.js';
import { readConfig } from '../../../src/config/config.js';
import { createScrubber } from '../../../src/observability/log.js';
import { payloadSchema } from '../../../src/contract/result/payload.js';
import { parseRequest } from '../../../src/contract/request/request-schema.js';
import { AGGREGATE_WORKFLOW, TASK_QUEUE } from '../../../src/contract/values/names.js';
import { assertFresh } from '../../support/generated.js';
import { ALERTS_PAGE, withAlertTable } from '../../../scripts/alert-table.js';
import { FAILURE_MODEL, withFailureTable } from '../../../scripts/failure-table.js';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
/** Variables of other programs, and of tests, that the documents may name; and names of others that look like one. */
const OF_OTHERS = [
  'XDG_CACHE_HOME',
  'CRASH_SEEDS',
  'BACKFILL_DAYS',
  'CHROMIUM_PATH',
  'REPORT_PICTURES',
  'USE_EXISTING',
  ...[
    'STORAGE_INTEGRATION',
    'FILE_FORMAT',
    'USE_LOGICAL_TYPE',
    'MATCH_BY_COLUMN_NAME',
    'CASE_SENSITIVE',
    'COPY_OPTIONS',
  ],
  'WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING',
];

interface Page {
  /** From the root of the checkout. */
  readonly path: string;
  readonly text: string;
}

function readPage(path: string): Page {
  return { path, text: readFileSync(join(ROOT, path), 'utf8') };
}

const inDocs = readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' });
const pages = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md']
  .concat(inDocs.filter((path) => path.endsWith('.md')).map((path) => join('docs', path)))
  .map(readPage);

const FENCE = /^( *)(`{3,})[^\n]*\n.*?^\1\2 *$/gms;

/** Fenced blocks and code spans: what a reader copies, and the names of things. Lines that are continued are joined. */
function codeIn({ text }: Page): readonly string[] {
  const fenced = [...text.matchAll(FENCE)].map(([block]) => block.replaceAll(/\\\n\s*/g, ''));
  const spans = [...text.replaceAll(FENCE, '').matchAll(/`([^`]+)`/g)].map(([, span = '']) => span);
  return [...fenced, ...spans];
}

/** What matches in code, with the page that it stands on. */
function namedInCode(pattern: RegExp): readonly (readonly [path: string, match: RegExpExecArray])[] {
  return pages.flatMap((page) =>
    codeIn(page).flatMap((code) => [...code.matchAll(pattern)].map((match) => [page.path, match] as const)),
  );
}

/** As GitHub makes them of headings. */
function anchorsOf(text: string): readonly string[] {
  return [...text.replaceAll(FENCE, '').matchAll(/^#+ +(.+)$/gm)].map(([, heading = '']) =>
    heading
      .trim()
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(/\s/g, '-'),
  );
}

/** Why a link leads nowhere; undefined when it leads somewhere, or out of the checkout. */
function brokenBecause(from: string, target: string): string | undefined {
  if (/^[a-z]+:/.test(target)) return undefined;
  const [path = '', anchor] = target.split('#');
  const file = path === '' ? join(ROOT, from) : join(ROOT, dirname(from), path);
  if (relative(ROOT, file).startsWith('..') || !existsSync(file)) return 'no such file';
  if (anchor === undefined || anchorsOf(readFileSync(file, 'utf8')).includes(anchor)) return undefined;
  return 'no such heading';
}

/** What a command line prints on stdout. */
async function outputOf(...argv: readonly string[]): Promise<string> {
  const stdout = new PassThrough();
  // What a terminal adds to a stream is read only where it says that it is one.
  const [out, err] = [stdout, new PassThrough()] as unknown as NodeJS.WriteStream[];
  assert.ok(out && err);
  const streams = { stdin: process.stdin, stdout: out, stderr: err };
  const terminal = createTerminal({ ...streams, config: readConfig({}), scrubber: createScrubber(), now: Date.now });
  await runCommandLine(argv, terminal);
  return String(stdout.read() ?? '');
}

suite('the table of alerts', () => {
  test('is what `node --import tsx scripts/alert-table.ts` writes', () => {
    const document = readFileSync(ALERTS_PAGE, 'utf8');
    assertFresh(document, withAlertTable(document), 'docs/alerts.md', 'scripts/alert-table.ts');
  });
});

suite('the table of failures', () => {
  const document = readFileSync(FAILURE_MODEL, 'utf8');

  test('is what `node --import tsx scripts/failure-table.ts` writes', () => {
    assertFresh(document, withFailureTable(document), 'docs/failure-model.md', 'scripts/failure-table.ts');
  });

  test('that is out of date, or has lost its marks, is noticed', () => {
    const stale = document.replace('| `Unauthorized` |', '| `NotAuthorised` |');
    assert.notEqual(stale, withFailureTable(stale));
    assert.throws(() => withFailureTable('# Failure model\n'), /must hold/);
  });
});

suite('the documents', () => {
  test('link to files and headings that are there', () => {
    const links = pages.flatMap(({ path, text }) =>
      [...text.replaceAll(FENCE, '').matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => ({ path, target })),
    );
    const broken = links.flatMap(({ path, target }) => {
      const reason = brokenBecause(path, target);
      return reason === undefined ? [] : [`${path}: ${target}: ${reason}`];
    });
    assert.ok(links.length > 50);
    assert.deepEqual(broken, []);
    assert.equal(brokenBecause('README.md', 'docs/absent.md'), 'no such file');
    assert.equal(brokenBecause('README.md', 'docs/failure-model.md#absent'), 'no such heading');
  });

  test('name npm scripts that are there', () => {
    const { scripts } = JSON.parse(readPage('package.json').text) as { scripts: Record<string, string> };
    const named = namedInCode(/\bnpm run (?:--silent |-s )?([\w:-]+)/g).map(([path, [, script = '']]) => [
      path,
      script,
    ]);
    assert.ok(named.length > 10);
    assert.deepEqual(
      named.filter(([, script = '']) => !Object.hasOwn(scripts, script)),
      [],
    );
  });

  test('name environment variables that .env.example explains', () => {
    const explained = new Set(readPage('.env.example').text.match(/\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b/g));
    const known = (name: string): boolean =>
      Object.hasOwn(VARIABLES, name) || explained.has(name) || explained.has(name.replace(/_FILE$/, ''));
    const named = namedInCode(/\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b/g).map(([path, [name]]) => [path, name] as const);
    assert.ok(named.length > 20);
    assert.deepEqual(
      named.filter(([, name]) => !known(name) && !OF_OTHERS.includes(name)),
      [],
    );
  });

  test('start runs by the names that they have, with requests that are taken', () => {
    const blocks = [...readPage('docs/clients.md').text.matchAll(FENCE)].map(([block]) =>
      block.replaceAll(/\\\n\s*/g, ''),
    );
    const starting = blocks.filter((block) => /^```(go|python|java)$|workflow start/m.test(block));
    assert.equal(starting.length, 4);
    for (const block of starting) {
      assert.ok(block.includes(AGGREGATE_WORKFLOW), block);
      assert.ok(block.includes(TASK_QUEUE), block);
    }
    const requests = pages.flatMap((page) => codeIn(page).flatMap((code) => code.match(/\{"query": .*\}/g) ?? []));
    assert.ok(requests.length > 5);
    for (const request of requests) assert.ok(parseRequest(JSON.parse(request)).ok, request);
  });

  test('list every route of the gateway in docs/clients.md', () => {
    const { paths } = JSON.parse(readPage('schemas/openapi.json').text) as { paths: Record<string, unknown> };
    const listed = codeIn(readPage('docs/clients.md')).flatMap((code) => code.match(/\/[\w./{}-]*/g) ?? []);
    assert.ok(Object.keys(paths).length > 10);
    assert.deepEqual(
      Object.keys(paths).filter((path) => !listed.includes(path.replace('{workflowId}', '{id}'))),
      [],
    );
  });

  test('show a payload that has every key of its kind, and no other', () => {
    const [, text = ''] = /```json\n(.*?)```/s.exec(readPage('docs/receiver.md').text) ?? [];
    const payload: unknown = JSON.parse(text);
    assert.deepEqual(payloadSchema.parse(payload), payload);
  });

  test('name commands and options that the command line has', async () => {
    const lines = namedInCode(
      /(?:\bjourney-metrics|\bnpm run --silent cli --) ((?:[a-z][a-z-]*\b(?![/.=_]) ?)+)((?:<\w+>|[^\n|>#])*)/g,
    );
    const wrong: string[] = [];
    for (const [path, [, words = '', rest = '']] of lines) {
      const command = words
        .trim()
        .split(' ')
        .slice(0, /^(runs|audit|datasets|backfill|schedules|keys) /.test(words) ? 2 : 1);
      const help = await outputOf(...command, '--help');
      const options = rest.match(/(?<= |^)--[a-z-]+/g) ?? [];
      const known = help.startsWith(`Usage: journey-metrics ${command.join(' ')} `);
      if (!known) wrong.push(`${path}: ${command.join(' ')}`);
      for (const option of options) if (!help.includes(option)) wrong.push(`${path}: ${command.join(' ')} ${option}`);
    }
    assert.ok(lines.length > 15);
    assert.deepEqual(wrong, []);
    assert.doesNotMatch(await outputOf('absent', '--help'), /^Usage: journey-metrics absent/);
  });
});
