import { Readable } from 'node:stream';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { DatasetPlace } from '../dataset-place.js';
import { sendMd5WithDeletes } from './s3-checksum.js';
import { createS3Http } from './s3-http.js';
import { s3Error, s3Timeout, statusOf } from './s3-fault.js';

/** One request, with its answer's body: 8 MiB at 140 kB a second, or a page of 64 MiB at 1.1 MB. */
const REQUEST_DEADLINE_MS = 60_000;
const CONNECT_DEADLINE_MS = 5_000;
const SOCKETS = 50;

export type S3Place = Extract<DatasetPlace, { kind: 's3' }>;

/** One try at one request. The signal aborts with the caller's, and at the deadline. */
type Request<T> = (client: S3Client, signal: AbortSignal) => Promise<T>;

/** A bucket, or what has a prefix in it: every request once, bounded, cancellable, with errors of one family. */
export class S3Bucket {
  readonly name: string;
  readonly #prefix: string;
  readonly #client: S3Client;
  readonly #deadlineMs: number;

  constructor({ bucket, prefix, access, network }: S3Place, deadlineMs = REQUEST_DEADLINE_MS) {
    this.name = bucket;
    this.#prefix = prefix;
    this.#deadlineMs = deadlineMs;
    const { region, endpoint, pathStyle, credentials, ca } = access;
    this.#client = new S3Client({
      region,
      forcePathStyle: pathStyle,
      maxAttempts: 1, // Temporal tries again, nobody else.
      // Ours is SHA-256 throughout. What the SDK would add, not every store knows.
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
      requestHandler: createS3Http({ network, ca, connections: SOCKETS, connectWithinMs: CONNECT_DEADLINE_MS }),
      ...(endpoint && { endpoint: endpoint.href }),
      ...(credentials && { credentials }),
    });
    sendMd5WithDeletes(this.#client);
  }

  /** The key of what has this name: the prefix, and the name. */
  key(name: string): string {
    return this.#prefix + name;
  }

  /** The name behind the prefix. */
  nameOf(key: string): string {
    return key.slice(this.#prefix.length);
  }

  /**
   * Sends one request.
   * @param what completes "The dataset store cannot …", e.g. `write runs/<key>`
   * @throws DatasetError `unavailable`; the caller's own reason once its signal has aborted; or what nobody knows
   */
  async send<T>(what: string, signal: AbortSignal, request: Request<T>): Promise<T> {
    signal.throwIfAborted();
    const deadline = AbortSignal.timeout(this.#deadlineMs);
    try {
      return await request(this.#client, AbortSignal.any([signal, deadline]));
    } catch (error) {
      signal.throwIfAborted();
      if (deadline.aborted) throw s3Timeout(what, this.#deadlineMs);
      throw s3Error(error, what) ?? error;
    }
  }

  /** The bytes under a name; undefined when there are none. */
  read(what: string, name: string, signal: AbortSignal): Promise<Buffer | undefined> {
    return this.send(what, signal, async (client, bound) => {
      try {
        const command = new GetObjectCommand({ Bucket: this.name, Key: this.key(name) });
        const { Body: body, ContentLength: bytes } = await client.send(command, { abortSignal: bound });
        if (!(body instanceof Readable)) throw new TypeError('the SDK for Node answers with a stream');
        return await bytesOf(body, bytes);
      } catch (error) {
        if (error instanceof Error && error.name === 'NoSuchKey' && statusOf(error) === 404) return undefined;
        throw error;
      }
    });
  }

  close(): void {
    this.#client.destroy();
  }
}

/** An answer that breaks off is not one, also where the stream ends without saying so. */
async function bytesOf(body: Readable, length: number | undefined): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(chunk as Buffer);
  const bytes = Buffer.concat(chunks);
  if (length === undefined || bytes.byteLength === length) return bytes;
  throw Object.assign(new Error('the answer ended early'), { code: 'ECONNRESET' });
}
