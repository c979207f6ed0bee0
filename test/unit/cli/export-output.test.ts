import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { chmod, lstat, mkdir, open, readdir, readFile, readlink, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { writeExport } from '../../../src/cli/export/export-file.js';
import { writeLines } from '../../../src/cli/export/output-file.js';
import { temporaryFolder } from '../datasets/datasets-fixtures.js';

const run = promisify(execFile);
const { stdout, stderr } = process;

const chunks = (...texts: readonly string[]): AsyncIterable<Uint8Array> =>
  Readable.from(texts.map((text) => Buffer.from(text)));

const write = (out: string, bytes: AsyncIterable<Uint8Array>, signal?: AbortSignal): Promise<unknown> =>
  writeExport(out, { chunks: bytes, describe: (written) => written }, { stdout, stderr }, signal);

test('a link stays a link: the file that it leads to is written, or made where it is not there yet', async (t) => {
  const folder = await temporaryFolder(t);
  await mkdir(join(folder, 'data'));
  await symlink('data/rows.csv', join(folder, 'latest'));
  await symlink('latest', join(folder, 'link-to-link'));
  for (const text of ['first', 'second']) {
    await write(join(folder, 'link-to-link'), chunks(text));
    assert.equal(await readFile(join(folder, 'data', 'rows.csv'), 'utf8'), text);
  }
  assert.equal(await readlink(join(folder, 'latest')), 'data/rows.csv');
  assert.deepEqual((await readdir(join(folder, 'data'))).sort(), ['rows.csv']);
  assert.deepEqual((await readdir(folder)).sort(), ['data', 'latest', 'link-to-link', 'link-to-link.manifest.json']);
});

test('links in a circle and folders are refused with a sentence', async (t) => {
  const folder = await temporaryFolder(t);
  await symlink('b', join(folder, 'a'));
  await symlink('a', join(folder, 'b'));
  await assert.rejects(write(join(folder, 'a'), chunks('x')), { name: 'UsageError', message: /links/ });
  await assert.rejects(write(folder, chunks('x')), { name: 'UsageError', message: /is a folder: name a file in it/ });
});

test('a FIFO gets the bytes and stays a FIFO, whether its reader or its writer comes first', async (t) => {
  const folder = await temporaryFolder(t);
  const fifo = join(folder, 'pipe');
  await run('mkfifo', [fifo]);
  const writing = write(fifo, chunks('a'.repeat(200_000), 'end'));
  const [text] = await Promise.all([readFile(fifo, 'utf8'), writing]);
  assert.equal(text, `${'a'.repeat(200_000)}end`);
  assert.ok((await lstat(fifo)).isFIFO());
  assert.deepEqual(await readdir(folder), ['pipe'], 'a pipe has no manifest beside it');
  const [lines] = await Promise.all([
    readFile(fifo, 'utf8'),
    writeLines(fifo, Readable.from(['1', '2']), { stdout, stderr }),
  ]);
  assert.equal(lines, '1\n2\n');
});

test('a FIFO without a reader is waited for until somebody interrupts', async (t) => {
  const fifo = join(await temporaryFolder(t), 'pipe');
  await run('mkfifo', [fifo]);
  const stop = new AbortController();
  const writing = write(fifo, chunks('a'), stop.signal);
  stop.abort(new Error('interrupted'));
  await assert.rejects(writing, /interrupted/);
});

test('a reader of a FIFO that goes away early is a failure', async (t) => {
  const fifo = join(await temporaryFolder(t), 'pipe');
  await run('mkfifo', [fifo]);
  const reader = await open(fifo, constants.O_RDONLY | constants.O_NONBLOCK);
  async function* rows(): AsyncGenerator<Uint8Array> {
    yield await Promise.resolve(Buffer.from('a'));
    await reader.close();
    yield Buffer.from('b');
  }
  await assert.rejects(write(fifo, rows()), { name: 'ExportFailed', message: /went away before the last row/ });
});

test('a device gets the bytes and stays a device; a full one is a failure that names the reason', async () => {
  await write('/dev/null', chunks('a'));
  assert.ok((await stat('/dev/null')).isCharacterDevice());
  await assert.rejects(write('/dev/full', chunks('a')), { name: 'ExportFailed', message: /\/dev\/full .*ENOSPC/ });
  await assert.rejects(writeLines('/dev/full', Readable.from(['a']), { stdout, stderr }), { name: 'ExportFailed' });
  assert.ok((await stat('/dev/full')).isCharacterDevice());
});

test('a descriptor that the shell has opened is added to, and nothing is put in its place', async (t) => {
  const file = join(await temporaryFolder(t), 'log');
  await writeFile(file, 'before ');
  const before = await stat(file);
  const handle = await open(file, 'a');
  await write(`/dev/fd/${handle.fd}`, chunks('rows'));
  await handle.close();
  assert.equal(await readFile(file, 'utf8'), 'before rows');
  assert.equal((await stat(file)).ino, before.ino);
});

test('- and /dev/stdout are stdout', async () => {
  for (const out of ['-', '/dev/stdout', '/proc/self/fd/1', '/dev/fd/1']) {
    const screen = new PassThrough();
    const streams = { stdout: Object.assign(screen, { fd: 1 }) as unknown as NodeJS.WriteStream, stderr };
    await writeExport(out, { chunks: chunks('rows'), describe: (written) => written }, streams);
    assert.equal(String(screen.read()), 'rows');
  }
});

test('a file keeps who may read it, and two writers of one file do not mix', async (t) => {
  const folder = await temporaryFolder(t);
  const file = join(folder, 'rows');
  await writeFile(file, 'old');
  await chmod(file, 0o600);
  const texts = ['a'.repeat(50_000), 'b'.repeat(50_000)];
  await Promise.all(texts.map((text) => writeLines(file, Readable.from([text]), { stdout, stderr })));
  const written = await readFile(file, 'utf8');
  assert.ok(texts.some((text) => `${text}\n` === written));
  assert.equal((await stat(file)).mode & 0o777, 0o600);
  assert.deepEqual(await readdir(folder), ['rows']);
});
