import type { Network } from '../../network/proxies.js';

/** Where datasets are, as a `DATASET_URL` names it. */
export type DatasetUrl =
  | { readonly kind: 'file'; readonly path: string }
  /** `prefix` is empty, or ends in "/". */
  | { readonly kind: 's3'; readonly bucket: string; readonly prefix: string };

/** How to reach a bucket: what the URL does not say. */
export interface S3Access {
  readonly region: string;
  /** Of a store that is not Amazon's. */
  readonly endpoint?: URL;
  /** PEM; the only authorities trusted, in place of the built-in ones. */
  readonly ca?: string;
  /** The bucket in the path, as most other stores want it, and not in the host name. */
  readonly pathStyle: boolean;
  /** Absent: the SDK looks for a profile, or the role of the container or machine. */
  readonly credentials?: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string;
  };
}

/** A {@link DatasetUrl} with all that is needed to open it. */
export type DatasetPlace =
  | Extract<DatasetUrl, { kind: 'file' }>
  | (Extract<DatasetUrl, { kind: 's3' }> & {
      readonly access: S3Access;
      /** Proxies, and who asks; directly unless given. */
      readonly network?: Network;
    });
