/** What was written under a name. */
export interface WrittenObject {
  readonly bytes: number;
  /** 64 hex digits. */
  readonly sha256: string;
}

/**
 * A folder, or a bucket with a prefix, that belongs to other programs, too: objects by name, with `/` between folders. Only
 * whole objects are ever visible. Throws only `AdapterError`, whose `facts.permanent` says that no attempt will go better.
 */
export interface ObjectPlace {
  /** As configuration names it, without a secret. */
  readonly name: string;
  /** Replaces what is there, once all chunks have come. */
  write(name: string, chunks: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<WrittenObject>;
  /** Undefined for an object that is not there. */
  read(name: string, signal: AbortSignal): Promise<Uint8Array | undefined>;
  /** Names of the folders right below a folder, without their path. */
  folders(folder: string, signal: AbortSignal): Promise<readonly string[]>;
  /** All objects below a folder. */
  objects(
    folder: string,
    signal: AbortSignal,
  ): Promise<readonly { readonly name: string; readonly writtenAt: number }[]>;
  remove(names: readonly string[], signal: AbortSignal): Promise<void>;
  close(): void;
}
