import { createHash } from 'node:crypto';
import type { S3Client } from '@aws-sdk/client-s3';

/** What a request has before it is signed, as far as it is used here. */
interface Built {
  readonly headers: Record<string, string>;
  readonly body?: string | Uint8Array;
}

const CHECKSUM = /^x-amz-(sdk-)?checksum-/i;

/**
 * `Content-MD5` for requests that delete: S3 asks for it or for a newer checksum, and many other stores know it alone.
 * The SDK itself sends the newer one, which those stores refuse.
 */
export function sendMd5WithDeletes(client: S3Client): void {
  client.middlewareStack.add(
    (next, { commandName }) =>
      (args) => {
        if (commandName === 'DeleteObjectsCommand') exchangeChecksum(args.request as Built);
        return next(args);
      },
    { step: 'build', name: 'sendMd5WithDeletes', priority: 'low' },
  );
}

/** The SDK types a request as unknown. In that step it has its headers, and its body as text. */
function exchangeChecksum({ headers, body }: Built): void {
  for (const name of Object.keys(headers)) if (CHECKSUM.test(name)) Reflect.deleteProperty(headers, name);
  headers['content-md5'] = createHash('md5')
    .update(body ?? '')
    .digest('base64');
}
