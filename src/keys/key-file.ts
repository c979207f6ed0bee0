import { timingSafeEqual } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import type { Logger } from 'pino';
import { ConfigError } from '../config/errors.js';
import { keepFresh } from '../config/files/keep-fresh.js';
import { secretHash, type ApiKey } from './api-key.js';
import { parseKeyLines, type KnownKey } from './key-lines.js';
import type { Principal } from './principal.js';

/** The keys of a file, as it is at the moment of asking. */
export interface KeyFile {
  /** Whose key it is; undefined when it is nobody's. An unknown id takes as long to refuse as a wrong secret. */
  find(key: ApiKey): Promise<Principal | undefined>;
}

type KnownKeys = ReadonlyMap<string, KnownKey>;

/** Of no secret that anybody knows: what the secret of an unknown id is compared with. */
const NOBODYS_HASH = Buffer.alloc(32);

/**
 * Reads a key file, and reads it again whenever it has changed. One that cannot be read or understood is logged once,
 * with the reason, and the keys before it stay.
 * @throws ConfigError when it cannot be used right at the beginning
 */
export async function openKeyFile(path: string, log: Pick<Logger, 'info' | 'error'>): Promise<KeyFile> {
  const keys = keepFresh<KnownKeys>({
    what: 'the key file',
    first: await readFirst(path),
    version: () => versionOf(path),
    read: async () => parseKeyLines(await readFile(path, 'utf8')),
    facts: ({ size: keys }) => ({ keys }),
    log,
  });
  return {
    async find(key) {
      await keys.refresh();
      return matching(keys.value.get(key.id), key.secret);
    },
  };
}

async function readFirst(path: string): Promise<{ version: string; value: KnownKeys }> {
  try {
    const version = await versionOf(path);
    return { version, value: parseKeyLines(await readFile(path, 'utf8')) };
  } catch (error) {
    throw new ConfigError('GATEWAY_KEYS_FILE', `names a file that cannot be used: ${reasonOf(error)}`);
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : 'it cannot be read';
}

function matching(known: KnownKey | undefined, secret: string): Principal | undefined {
  const isTheirs = timingSafeEqual(known?.hash ?? NOBODYS_HASH, secretHash(secret));
  return isTheirs ? known?.principal : undefined;
}

/** Another one after every write and every replacement, also by a file of the same size within the same second. */
async function versionOf(path: string): Promise<string> {
  const { ino, size, mtimeNs, ctimeNs } = await stat(path, { bigint: true });
  return [ino, size, mtimeNs, ctimeNs].join(' ');
}
