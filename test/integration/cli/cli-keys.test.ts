import assert from 'node:assert/strict';
import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { bearerKey, secretHash } from '../../../src/keys/api-key.js';
import { parseKeyLines } from '../../../src/keys/key-lines.js';
import { cli, type CliEnd } from '../../support/cli/cli.js';

function folderFor(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'cli-keys-'));
  t.after(() => {
    rmSync(folder, { recursive: true });
  });
  return folder;
}

function create(id: string, ...args: readonly string[]): Promise<CliEnd> {
  return cli(['keys', 'create', '--id', id, '--scopes', 'runs:start,runs:read', '--orgs', 'acme', ...args]);
}

/** Asserts that the line is of this very key. */
function assertBelong(key: string, line: string): void {
  const { id = '', secret = '' } = bearerKey(`Bearer ${key}`) ?? {};
  const known = parseKeyLines(line).get(id);
  assert.equal(known?.hash.toString('hex'), secretHash(secret).toString('hex'));
  assert.ok(!line.includes(secret));
}

test('prints the key once, and the line that knows it by its hash', async () => {
  const end = await create('bi');
  assert.equal(end.code, 0);
  const [key = '', line = '', ...rest] = end.stdout.split('\n');
  assert.deepEqual(rest, ['']);
  assertBelong(key, line);
  assert.match(line, /^bi [0-9a-f]{64} runs:start,runs:read acme$/);
  assert.match(end.stderr, /shown only once/);
  assert.ok(!end.stderr.includes(key));
});

test('prints one JSON document', async () => {
  const end = await create('bi', '--json');
  const { id, key, line, file } = JSON.parse(end.stdout) as Record<string, string | null>;
  assert.deepEqual([end.code, end.stderr, id, file], [0, '', 'bi', null]);
  assertBelong(key ?? '', line ?? '');
});

test('makes a key file for its owner alone, and adds to it; only the key is printed then', async (t) => {
  const file = join(folderFor(t), 'keys.txt');
  const first = await create('one', '--file', file);
  assert.deepEqual([first.code, statSync(file).mode & 0o777], [0, 0o600]);
  // Of an editor that leaves the last line without an end.
  writeFileSync(file, `# ours\n${readFileSync(file, 'utf8').trim()}`);
  const second = await create('two', '--file', file, '--json');
  assert.equal(second.code, 0);
  const text = readFileSync(file, 'utf8');
  assert.deepEqual([...parseKeyLines(text).keys()], ['one', 'two']);
  assert.match(text, /^# ours\none .*\ntwo .*\n$/);
  assertBelong(first.stdout.trimEnd(), text);
  const { key, file: named } = JSON.parse(second.stdout) as Record<string, string>;
  assertBelong(key ?? '', text);
  assert.equal(named, file);
});

test('keeps the rights of a key file that is there, and the link that leads to it', async (t) => {
  const folder = folderFor(t);
  const [file, link] = [join(folder, 'keys.txt'), join(folder, 'link.txt')];
  writeFileSync(file, '');
  chmodSync(file, 0o640);
  symlinkSync(file, link);
  assert.equal((await create('one', '--file', link)).code, 0);
  assert.equal(statSync(file).mode & 0o777, 0o640);
  assert.equal(parseKeyLines(readFileSync(file, 'utf8')).size, 1);
  assert.deepEqual(readdirSync(folder).sort(), ['keys.txt', 'link.txt']);
});

test('leaves a file alone that has that id, is broken, or is being changed, and prints no key', async (t) => {
  const folder = folderFor(t);
  const file = join(folder, 'keys.txt');
  assert.equal((await create('one', '--file', file)).code, 0);
  const before = readFileSync(file, 'utf8');
  const again = await create('one', '--file', file);
  assert.deepEqual([again.code, again.stdout], [2, '']);
  assert.match(again.stderr, /nothing was added to .*: line 2: the id is that of line 1/);
  writeFileSync(`${file}.partial`, '');
  const locked = await create('two', '--file', file);
  assert.deepEqual([locked.code, locked.stdout], [2, '']);
  assert.match(locked.stderr, /another command is changing .*keys\.txt; if not, delete .*keys\.txt\.partial/);
  assert.deepEqual(
    [readFileSync(file, 'utf8'), readdirSync(folder).sort()],
    [before, ['keys.txt', 'keys.txt.partial']],
  );
  const absent = await create('two', '--file', join(folder, 'no such folder', 'keys.txt'));
  assert.deepEqual([absent.code, absent.stdout], [2, '']);
  assert.match(absent.stderr, /cannot be written \(ENOENT\)/);
});

test('loses no line of many that are added at once: who comes second is told', async (t) => {
  const file = join(folderFor(t), 'keys.txt');
  const ids = ['one', 'two', 'three', 'four'];
  const ends = await Promise.all(ids.map((id) => create(id, '--file', file)));
  const added = ids.filter((_, index) => ends[index]?.code === 0);
  assert.ok(added.length > 0);
  assert.deepEqual([...parseKeyLines(readFileSync(file, 'utf8')).keys()].sort(), added.sort());
});

test('says what is wrong with an id, a scope or an organisation, and what is meant', async () => {
  const options = ['keys', 'create', '--id', 'My_Key', '--scopes', 'runs:strat', '--orgs', '*,acme'];
  const end = await cli(options);
  assert.deepEqual([end.code, end.stdout], [2, '']);
  assert.match(end.stderr, /the id must be lower-case .*; scope 1 is unknown: did you mean "runs:start"\?; the org/);
  const document = await cli([...options, '--json']);
  assert.equal((JSON.parse(document.stdout) as { error: { type: string } }).error.type, 'InvalidUsage');
});
