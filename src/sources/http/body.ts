/** The whole body, or undefined when it is larger: leaving the loop closes the connection. */
export async function readAtMost(body: AsyncIterable<Uint8Array>, capBytes: number): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.byteLength;
    if (bytes > capBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, bytes);
}

/**
 * A body that is as long as its head says, as undici makes sure. In one piece from the start: pieces that are put together
 * at the end take twice the memory.
 */
export async function readStated(body: AsyncIterable<Uint8Array>, bytes: number): Promise<Uint8Array> {
  const whole = Buffer.allocUnsafeSlow(bytes);
  let read = 0;
  for await (const chunk of body) {
    whole.set(chunk, read);
    read += chunk.byteLength;
  }
  return read === bytes ? whole : whole.subarray(0, read);
}

/** A `Content-Length`; undefined where there is none, or no number. */
export function statedBytes(header: string | undefined): number | undefined {
  return header !== undefined && /^\d{1,15}$/.test(header) ? Number(header) : undefined;
}

const BYTE_ORDER_MARK = Buffer.from('\uFEFF');

/** A reader of JSON may ignore a mark before it (RFC 8259): it is no part of the text. */
export function withoutMark(body: Uint8Array): Uint8Array {
  const length = BYTE_ORDER_MARK.byteLength;
  return BYTE_ORDER_MARK.equals(body.subarray(0, length)) ? body.subarray(length) : body;
}
