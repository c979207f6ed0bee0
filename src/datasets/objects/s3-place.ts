import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import type { ObjectPlace } from '../../ports/index.js';
import { S3Bucket, type S3Place } from '../blobs/s3/s3-bucket.js';
import { listed, deleteObjects } from '../blobs/s3/s3-listing.js';
import { atPlace } from './place-error.js';
import { uploadStream } from './s3-stream.js';

/** Objects below a prefix of a bucket. */
export function openS3Place(place: S3Place): ObjectPlace {
  const bucket = new S3Bucket(place);
  return {
    name: `s3://${place.bucket}/${place.prefix}`,
    write: (name, chunks, signal) => atPlace(signal, () => uploadStream(bucket, name, chunks, signal)),
    read: (name, signal) => atPlace(signal, () => bucket.read(`read ${name}`, name, signal)),
    folders: (folder, signal) => atPlace(signal, () => foldersIn(bucket, folder, signal)),
    objects: (folder, signal) =>
      atPlace(signal, async () => {
        const found: { name: string; writtenAt: number }[] = [];
        for await (const batch of listed(bucket, `${folder}/`, `list ${folder}`, signal)) found.push(...batch);
        return found;
      }),
    remove: (names, signal) => atPlace(signal, () => deleteObjects(bucket, names, 'delete what is old', signal)),
    close: () => {
      bucket.close();
    },
  };
}

async function foldersIn(bucket: S3Bucket, folder: string, signal: AbortSignal): Promise<readonly string[]> {
  const prefix = bucket.key(`${folder}/`);
  const names: string[] = [];
  let token: string | undefined;
  do {
    const more = token === undefined ? {} : { ContinuationToken: token };
    const list = new ListObjectsV2Command({ Bucket: bucket.name, Prefix: prefix, Delimiter: '/', ...more });
    const answer = await bucket.send(`list ${folder}`, signal, (client, abortSignal) =>
      client.send(list, { abortSignal }),
    );
    names.push(...(answer.CommonPrefixes ?? []).map(({ Prefix = '' }) => Prefix.slice(prefix.length, -1)));
    token = answer.IsTruncated === true ? answer.NextContinuationToken : undefined;
  } while (token !== undefined);
  return names;
}
