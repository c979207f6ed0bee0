import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { writeExport as writeTo, type WrittenBytes } from '../../../src/cli/export/export-file.js';
import { UsageError } from '../../../src/cli/program/errors.js';
import { temporaryFolder } from '../datasets/datasets-fixtures.js';

const { stdout, stderr } = process;
const writeExport = <Manifest>(
  file: string,
  bytes: AsyncIterable<Uint8Array>,
  describe: (written: WrittenBytes) => Manifest,
): Promise<Manifest> => writeTo(file, { chunks: bytes, describe }, { stdout, stderr });

const chunks = (...texts: readonly string[]): AsyncIterable<Uint8Array> =>
  Readable.from(texts.map((text) => Buffer.from(text)));

test('writes a file and beside it a manifest with its hash, and replaces what was there', async (t) => {
  const file = join(await temporaryFolder(t), 'rows.ndjson');
  await writeExport(file, chunks('old'), (written) => written);
  const manifest = await writeExport(file, chunks('ab', 'ü'), (written) => ({ ...written, rows: 2 }));
  const sha256 = createHash('sha256').update('abü').digest('hex');
  assert.deepEqual(manifest, { bytes: 4, sha256, rows: 2 });
  assert.equal(await readFile(file, 'utf8'), 'abü');
  assert.deepEqual(JSON.parse(await readFile(`${file}.manifest.json`, 'utf8')), manifest);
});

test('what breaks off half-way leaves what was there before, and nothing half-written', async (t) => {
  const folder = await temporaryFolder(t);
  const file = join(folder, 'rows.csv');
  const before = await writeExport(file, chunks('whole'), (written) => written);
  async function* broken(): AsyncGenerator<Uint8Array> {
    yield await Promise.resolve(Buffer.from('half'));
    throw new Error('the page is gone');
  }
  await assert.rejects(
    writeExport(file, broken(), (written) => written),
    /the page is gone/,
  );
  assert.equal(await readFile(file, 'utf8'), 'whole');
  assert.deepEqual(JSON.parse(await readFile(`${file}.manifest.json`, 'utf8')), before);
  assert.deepEqual((await readdir(folder)).sort(), ['rows.csv', 'rows.csv.manifest.json']);
});

test('a folder that is not there is the mistake of whoever named it; one in place of the file is found, too', async (t) => {
  const folder = await temporaryFolder(t);
  await assert.rejects(writeExport(join(folder, 'no', 'rows'), chunks('a'), String), (error) => {
    return error instanceof UsageError && error.message.includes('cannot be written (ENOENT)');
  });
  await mkdir(join(folder, 'rows'));
  await writeFile(join(folder, 'rows', 'mine'), 'mine');
  await assert.rejects(writeExport(join(folder, 'rows'), chunks('a'), String), {
    name: 'UsageError',
    message: /is a folder/,
  });
  assert.deepEqual(await readdir(folder), ['rows']);
});
