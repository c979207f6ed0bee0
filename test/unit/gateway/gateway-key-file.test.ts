import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { mkdtempSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite, test, type TestContext } from 'node:test';
import { ConfigError } from '../../../src/config/errors.js';
import { newApiKey, secretHash, type ApiKey } from '../../../src/keys/api-key.js';
import { openKeyFile, type KeyFile } from '../../../src/keys/key-file.js';
import { keyLineText, KeyFileError, parseKeyLines } from '../../../src/keys/key-lines.js';

const HASH = 'a'.repeat(64);
const OTHER_HASH = 'b'.repeat(64);

function lineOf({ id, secret }: ApiKey, scopes = 'runs:read', orgs = 'acme'): string {
  return keyLineText({ id, hash: secretHash(secret).toString('hex'), scopes, orgs });
}

function problemsIn(text: string): readonly string[] {
  try {
    parseKeyLines(text);
    return [];
  } catch (error) {
    assert.ok(error instanceof KeyFileError);
    return error.problems;
  }
}

suite('the lines of a key file', () => {
  test('are a key each; comments, blank lines and any white space do not matter', () => {
    const lines = [
      '\uFEFF# keys\r',
      '\r',
      `  one\t${HASH.toUpperCase()}   runs:start,runs:read acme,other \r`,
      `#two ${HASH} x y`,
      '',
      `two ${OTHER_HASH} audit:read *`,
    ];
    const keys = parseKeyLines(lines.join('\n'));
    assert.deepEqual([...keys.keys()], ['one', 'two']);
    const [one, two] = [keys.get('one'), keys.get('two')];
    assert.deepEqual(one?.principal.scopes, new Set(['runs:start', 'runs:read']));
    assert.deepEqual(one.principal.orgs, new Set(['acme', 'other']));
    assert.equal(one.hash.toString('hex'), HASH);
    assert.equal(two?.principal.orgs, '*');
  });

  test('may be none: then nobody has a key', () => {
    assert.equal(parseKeyLines('').size + parseKeyLines('# none yet\n\n').size, 0);
  });

  test('that are wrong are all named, by number, with the reason', () => {
    const hash = (digit: string): string => digit.repeat(64);
    const bad = [
      '# a comment counts as a line',
      `one ${hash('1')} runs:read`,
      `Two_2 ${hash('2')} runs:read acme`,
      `three ${hash('3').slice(1)} runs:read acme`,
      `four ${hash('4')} runs:raed acme`,
      `five ${hash('5')} runs:read, acme`,
      `six ${hash('6')} runs:read acme,*`,
    ];
    assert.deepEqual(problemsIn(bad.join('\n')), [
      'line 2: a key has four fields, but this line has 3: <id> <SHA-256 of the secret> <scopes> <organisations>',
      'line 3: the id must be lower-case letters, digits and "-", 63 of them at most',
      'line 4: the second field must be the SHA-256 of the secret in 64 hex digits',
      'line 5: scope 1 is unknown: did you mean "runs:read"?',
      'line 6: scope 2 is unknown: there are runs:start, runs:read, runs:control, audit:read, rows:read',
      'line 7: the organisations must be DNS labels with "," between them, or "*" alone',
    ]);
  });

  test('never hold an id or a secret twice', () => {
    assert.deepEqual(problemsIn(`one ${HASH} runs:read acme\n\none ${OTHER_HASH} runs:read acme`), [
      'line 3: the id is that of line 1',
    ]);
    assert.deepEqual(problemsIn(`one ${HASH} runs:read acme\ntwo ${HASH.toUpperCase()} runs:read acme`), [
      'line 2: the secret is that of line 1',
    ]);
  });

  test('that are wrong are reported without their words: one may be a secret in the wrong place', () => {
    const { secret } = newApiKey('one');
    const lines = [`one ${secret} runs:read acme`, `two ${HASH} ${secret} acme`, `${secret} x y`, `a b c ${secret} _`];
    const problems = problemsIn(lines.join('\n'));
    assert.ok(problems.length >= lines.length);
    assert.ok(!problems.join('\n').includes(secret));
  });

  test('that are all wrong make a sentence of five problems and the number of the others', () => {
    const { message } = new KeyFileError(problemsIn('x\n'.repeat(12)));
    assert.match(message, /^line 1: .*; line 5: [^;]*; and 7 more$/);
  });
});

interface Rig {
  readonly path: string;
  readonly keys: KeyFile;
  /** What was logged: the level and the reason, if any. */
  readonly log: string[];
}

async function opened(t: TestContext, text: string): Promise<Rig> {
  const folder = mkdtempSync(join(tmpdir(), 'key-file-'));
  t.after(() => {
    rmSync(folder, { recursive: true });
  });
  const path = join(folder, 'keys.txt');
  writeFileSync(path, text);
  const log: string[] = [];
  const keys = await openKeyFile(path, {
    info: (fields: unknown) => log.push(`info ${JSON.stringify(fields)}`),
    error: (fields: unknown) => log.push(`error ${(fields as { reason: string }).reason}`),
  });
  return { path, keys, log };
}

suite('a key file', () => {
  test('says whose a key is, and of every other that it is nobody’s', async (t) => {
    const [mine, other] = [newApiKey('mine'), newApiKey('other')];
    const { keys } = await opened(t, [lineOf(mine, 'runs:read,rows:read', '*'), lineOf(other)].join('\n'));
    assert.deepEqual(await keys.find(mine), { id: 'mine', scopes: new Set(['runs:read', 'rows:read']), orgs: '*' });
    assert.equal((await keys.find(other))?.id, 'other');
    for (const wrong of [newApiKey('mine'), { ...mine, id: 'other' }, { ...mine, id: 'absent' }, newApiKey('absent')]) {
      assert.equal(await keys.find(wrong), undefined);
    }
  });

  test('that is wrong or absent from the beginning is a mistake of the configuration, which names its variable', async (t) => {
    await assert.rejects(
      opened(t, 'one two\n'),
      new ConfigError('GATEWAY_KEYS_FILE', `names a file that cannot be used: ${problemsIn('one two')[0] ?? ''}`),
    );
    const log = { info: () => undefined, error: () => undefined };
    await assert.rejects(openKeyFile('/nonexistent/keys', log), /^ConfigError: GATEWAY_KEYS_FILE .*: ENOENT/);
  });

  test('compares the secret of an unknown id as it does a known one, in constant time', async (t) => {
    const known = newApiKey('known');
    const { keys } = await opened(t, lineOf(known));
    const compare = t.mock.method(crypto, 'timingSafeEqual');
    syncBuiltinESMExports();
    t.after(() => {
      compare.mock.restore();
      syncBuiltinESMExports();
    });
    for (const key of [known, newApiKey('known'), newApiKey('unknown')]) await keys.find(key);
    const sizes = compare.mock.calls.map(({ arguments: [one, two] }) => [one.byteLength, two.byteLength]);
    assert.deepEqual(sizes, [
      [32, 32],
      [32, 32],
      [32, 32],
    ]);
  });

  test('that changes lets the new key in and the old one no more', async (t) => {
    const [old, fresh] = [newApiKey('client'), newApiKey('client-2')];
    const { path, keys, log } = await opened(t, lineOf(old));
    writeFileSync(path, [lineOf(old), lineOf(fresh)].join('\n'));
    assert.deepEqual([(await keys.find(old))?.id, (await keys.find(fresh))?.id], ['client', 'client-2']);
    writeFileSync(path, lineOf(fresh));
    assert.deepEqual([await keys.find(old), (await keys.find(fresh))?.id], [undefined, 'client-2']);
    assert.deepEqual(log, ['info {"keys":2}', 'info {"keys":1}']);
  });

  test('is seen to change also when its size and its time of writing stay what they were', async (t) => {
    const [old, fresh] = [newApiKey('client'), newApiKey('client')];
    const { path, keys } = await opened(t, lineOf(old));
    const at = new Date('2026-11-01T00:00:00Z');
    utimesSync(path, at, at);
    assert.equal((await keys.find(old))?.id, 'client');
    const { size, mtimeNs } = statSync(path, { bigint: true });
    writeFileSync(`${path}.new`, lineOf(fresh));
    utimesSync(`${path}.new`, at, at);
    renameSync(`${path}.new`, path);
    const replaced = statSync(path, { bigint: true });
    assert.deepEqual([replaced.size, replaced.mtimeNs], [size, mtimeNs]);
    assert.deepEqual([await keys.find(old), (await keys.find(fresh))?.id], [undefined, 'client']);
  });

  test('that is emptied lets nobody in', async (t) => {
    const key = newApiKey('client');
    const { path, keys } = await opened(t, lineOf(key));
    writeFileSync(path, '# all revoked\n');
    assert.equal(await keys.find(key), undefined);
  });

  test('that is broken or gone keeps the keys that it had, says why once, and recovers', async (t) => {
    const [old, fresh] = [newApiKey('client'), newApiKey('client')];
    const { path, keys, log } = await opened(t, lineOf(old));
    writeFileSync(path, `${lineOf(fresh)}\nbroken\n`);
    assert.deepEqual([(await keys.find(old))?.id, await keys.find(fresh)], ['client', undefined]);
    rmSync(path);
    assert.deepEqual([(await keys.find(old))?.id, (await keys.find(old))?.id], ['client', 'client']);
    writeFileSync(path, lineOf(fresh));
    assert.deepEqual([await keys.find(old), (await keys.find(fresh))?.id], [undefined, 'client']);
    assert.match(log[0] ?? '', /^error line 2: a key has four fields, but this line has 1/);
    assert.match(log[1] ?? '', /^error ENOENT/);
    assert.deepEqual(log.slice(2), ['info {"keys":1}']);
  });

  test('is looked at once for many requests that come at the same moment, and all get the new keys', async (t) => {
    const [old, fresh] = [newApiKey('client'), newApiKey('client')];
    const { path, keys, log } = await opened(t, lineOf(old));
    writeFileSync(path, lineOf(fresh));
    const found = await Promise.all(Array.from({ length: 100 }, () => keys.find(fresh)));
    assert.ok(found.every((principal) => principal?.id === 'client'));
    assert.deepEqual(log, ['info {"keys":1}']);
  });
});
