import type { Payload, PayloadCodec } from '@temporalio/common';

const ENCODING = 'binary/reversed';

const base64Reversed = (text: string): string => Array.from(text).reverse().join('');

/** Hides what a payload says: the whole of it as Base64, backwards. What it has not hidden passes through. */
export const reversingCodec: PayloadCodec = {
  encode: (payloads) =>
    Promise.resolve(
      payloads.map(({ metadata, data }): Payload => {
        const plain = JSON.stringify([
          Object.entries(metadata ?? {}).map(([key, value]) => [key, Buffer.from(value).toString()]),
          Buffer.from(data ?? []).toString('base64'),
        ]);
        const hidden = base64Reversed(Buffer.from(plain).toString('base64'));
        return { metadata: { encoding: Buffer.from(ENCODING) }, data: Buffer.from(hidden) };
      }),
    ),
  decode: (payloads) => Promise.resolve(payloads.map(shown)),
};

function shown(payload: Payload): Payload {
  const { metadata, data } = payload;
  if (Buffer.from(metadata?.['encoding'] ?? []).toString() !== ENCODING) return payload;
  const plain = Buffer.from(base64Reversed(Buffer.from(data ?? []).toString()), 'base64').toString();
  // Written by `encode`.
  const [entries, base64] = JSON.parse(plain) as [[string, string][], string];
  return {
    metadata: Object.fromEntries(entries.map(([key, value]) => [key, Buffer.from(value)])),
    data: Buffer.from(base64, 'base64'),
  };
}
