import { createHash } from 'node:crypto';
import { withPauses, type Stretches } from '../../pages/pace.js';
import type { BlobRef } from '../../contract/result/blob-ref.js';

/** A small value under a name that is written once: `name` is the part after the folder. */
export interface Note {
  readonly name: string;
  readonly value: Uint8Array;
}

/** One scope as it is at rest. */
export interface StoredScope {
  readonly scope: string;
  readonly bytes: number;
  /** When something was last written into it, in milliseconds since the epoch, by the store's own clock. */
  readonly writtenAt: number;
}

/**
 * Where bytes rest: a file system, or S3. Only whole values are ever visible, and what is written is durable
 * when the call resolves. Everything lives under a scope and goes with it. Throws only `DatasetError`.
 */
export interface BlobStore {
  /** Stores bytes under their hash. The same bytes twice are one blob; a damaged one is replaced. */
  put(ref: BlobRef, bytes: Uint8Array, signal: AbortSignal): Promise<void>;
  /** The bytes as they are, unchecked; undefined when there are none. */
  get(ref: BlobRef, signal: AbortSignal): Promise<Uint8Array | undefined>;
  /** Writes a note once: the first writer's value stands, and is what every writer gets back. */
  claim(scope: string, folder: string, note: Note, signal: AbortSignal): Promise<Uint8Array>;
  /** All notes of a folder, in no order; none when there is no such folder. */
  notes(scope: string, folder: string, signal: AbortSignal): Promise<readonly Note[]>;
  /** Their names alone. */
  noteNames(scope: string, folder: string, signal: AbortSignal): Promise<readonly string[]>;
  /** Every scope that there is, in no order. What is not ours is not listed. */
  scopes(signal: AbortSignal): AsyncIterable<StoredScope>;
  /**
   * Deletes what is under the scope; nothing when it is not there. Notes are deleted first.
   * Readers trust only blobs that a note names, so a stale worker never takes a half-deleted dataset for complete.
   * @param writtenBefore leaves what was written at this instant (ms since the epoch) or later
   */
  remove(scope: string, signal: AbortSignal, writtenBefore?: number): Promise<void>;
  /** Finds out whether it can be used as it is configured. Throws `DatasetUrlError` where it never can. */
  check(signal: AbortSignal): Promise<void>;
  /** Closes what connections there are. */
  close(): void;
}

/** What scopes begin with, before the `/`. */
export const SCOPE_KINDS = ['runs', 'deliveries', 'legs'] as const;

const SCOPE = /^(?:runs|deliveries|legs)\/[0-9a-f]{32}$/;
/** Notes only. It is not listed, so it has no age and is never deleted. */
const KEPT = /^sent\/[0-9a-f]{32}$/;
const NAME = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;
const SHA256 = /^[0-9a-f]{64}$/;

export function isScope(text: string): boolean {
  return SCOPE.test(text);
}

/** Refuses anything but a kind and 32 hex digits: scopes become paths and are deleted whole. */
export function assertScope(scope: string): void {
  if (!isScope(scope))
    throw new TypeError(
      `"${scope}" is not a scope: it must be ${SCOPE_KINDS.join(' or ')}, a slash, and 32 hex digits`,
    );
}

/** Refuses anything but a scope, and what is kept for good: `sent/<32 hex>`. */
export function assertNotesScope(scope: string): void {
  if (!KEPT.test(scope)) assertScope(scope);
}

/** Refuses names that a path could be smuggled in. */
export function assertName(name: string): void {
  if (!NAME.test(name)) throw new TypeError(`"${name}" is not a name: use lower-case letters, digits and "-"`);
}

export function assertRef({ scope, sha256 }: BlobRef): void {
  assertScope(scope);
  if (!SHA256.test(sha256)) throw new TypeError('a blob is named by its SHA-256 in 64 hex digits');
}

/** SHA-256 in 64 hex digits. */
export function sha256Of(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}

const BYTES_A_STRETCH = 2_097_152;

/** The same, with pauses: 64 MiB take 40 ms. */
export function sha256InTurns(bytes: Uint8Array): Promise<string> {
  return withPauses(hashing(bytes));
}

function* hashing(bytes: Uint8Array): Stretches<string> {
  const hash = createHash('sha256');
  for (let at = 0; at < bytes.byteLength; at += BYTES_A_STRETCH) {
    hash.update(bytes.subarray(at, at + BYTES_A_STRETCH));
    yield;
  }
  return hash.digest('hex');
}
