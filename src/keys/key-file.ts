import { timingSafeEqual } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import type { Logger } from 'pino';
import { ConfigError } from '../config/errors.js';
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
  let { version, keys } = await readFirst(path);
  let complaint: string | undefined;
  let refreshing: Promise<void> | undefined;

  const readAnew = async (): Promise<void> => {
    // Before the content: what changes in between is of a later version, and is read again.
    const current = await versionOf(path);
    if (current === version) return;
    const text = await readFile(path, 'utf8');
    version = current;
    keys = parseKeyLines(text);
    complaint = undefined;
    log.info({ keys: keys.size }, 'the key file has changed and was read again');
  };
  const refresh = async (): Promise<void> => {
    try {
      await readAnew();
    } catch (error) {
      const reason = reasonOf(error);
      if (reason !== complaint) log.error({ reason }, 'the key file cannot be used: its previous keys stay valid');
      complaint = reason;
    } finally {
      refreshing = undefined;
    }
  };
  return {
    async find(key) {
      await (refreshing ??= refresh());
      return matching(keys.get(key.id), key.secret);
    },
  };
}

async function readFirst(path: string): Promise<{ version: string; keys: KnownKeys }> {
  try {
    const version = await versionOf(path);
    return { version, keys: parseKeyLines(await readFile(path, 'utf8')) };
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
