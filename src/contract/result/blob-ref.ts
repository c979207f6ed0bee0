/** Stored bytes, by where and what: `sha256` in 64 hex digits. */
export interface BlobRef {
  /** What the bytes belong to and are deleted with: `runs/<runKey>` or `deliveries/<deliveryId>`. */
  readonly scope: string;
  readonly sha256: string;
  readonly bytes: number;
}
