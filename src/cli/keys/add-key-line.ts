import { open, readFile, realpath, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { KeyFileError, parseKeyLines } from '../../keys/key-lines.js';
import { codeOf } from '../program/read-request.js';
import { UsageError } from '../program/errors.js';

/** Readable for its owner alone, until somebody decides otherwise. */
const OWNER_ONLY = 0o600;

/**
 * Adds a line to a key file, which is there whole at every moment; makes the file when there is none.
 * @throws UsageError when the file with that line would not be a key file, cannot be written, or is being changed
 */
export async function addKeyLine(file: string, line: string): Promise<void> {
  const target = await realpath(file).catch(() => file);
  const partial = `${target}.partial`;
  // Also the lock: of two that add a line at once, one must not write over the line of the other.
  const handle = await openNew(target, partial);
  try {
    const text = withLine(await contentOf(target), line);
    checkKeys(file, text);
    await writeLike(target, handle, text);
    await rename(partial, target);
  } catch (error) {
    await rm(partial, { force: true });
    throw error instanceof UsageError ? error : unwritable(file, error);
  } finally {
    await handle.close();
  }
}

async function openNew(file: string, partial: string): Promise<FileHandle> {
  try {
    return await open(partial, 'wx', OWNER_ONLY);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw unwritable(file, error);
    throw new UsageError(`another command is changing ${file}; if not, delete the leftover file ${partial}`);
  }
}

async function contentOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return '';
    throw error;
  }
}

function withLine(text: string, line: string): string {
  return `${text}${text === '' || text.endsWith('\n') ? '' : '\n'}${line}\n`;
}

function checkKeys(file: string, text: string): void {
  try {
    parseKeyLines(text);
  } catch (error) {
    if (error instanceof KeyFileError) throw new UsageError(`nothing was added to ${file}: ${error.message}`);
    throw error;
  }
}

/** With the owner and rights of the file that it will replace: the gateway may be another user. */
async function writeLike(file: string, handle: FileHandle, text: string): Promise<void> {
  const old = await stat(file).catch(() => undefined);
  if (old !== undefined) {
    await handle.chown(old.uid, old.gid);
    await handle.chmod(old.mode & 0o7777);
  }
  await handle.writeFile(text);
  await handle.sync();
}

function unwritable(file: string, error: unknown): UsageError {
  return new UsageError(`the file ${file} cannot be written (${codeOf(error)})`);
}
