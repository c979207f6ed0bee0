import { z } from 'zod';
import { GRAINS, type Grain } from '../../contract/closed-sets.js';
import type { DatasetPlace } from '../../datasets/blobs/dataset-place.js';
import { parseDatasetUrl } from '../../datasets/blobs/open-dataset-url.js';
import { FILE_FORMATS, type FileFormat } from '../../destinations/files/layout.js';
import { parseTable, placeOf, type TableName } from '../../destinations/postgres/client.js';
import { readS3Access } from '../datasets.js';
import { readNamedFile, type Variables } from '../environment.js';
import { ConfigError } from '../errors.js';
import { readNetwork } from '../network.js';
import { learnUrl } from '../files/url-secrets.js';

/** Files in a bucket or a folder. */
export interface FilesConfig {
  readonly kind: 'files';
  readonly url: string;
  readonly place: DatasetPlace;
  readonly format: FileFormat;
  readonly keepRevisions?: number;
  readonly grain: Grain;
}

/** A table. */
export interface PostgresConfig {
  readonly kind: 'postgres';
  /** The file is read again for every connection: a new password needs no restart. */
  readonly readUrl: () => string;
  readonly table: TableName;
  readonly grain: Grain;
}

export const filesSchema = z.strictObject({
  kind: z.literal('files'),
  url: z.string(),
  format: z.enum(FILE_FORMATS).default('parquet'),
  keepRevisions: z.int().min(1).optional(),
  grain: z.enum(GRAINS).default('rows'),
});

export const postgresSchema = z.strictObject({
  kind: z.literal('postgres'),
  urlFile: z.string(),
  table: z.string(),
  grain: z.enum(GRAINS).default('rows'),
});

/** @param named the variable and the destination, for sentences */
export function readFiles(
  { url, format, keepRevisions, grain }: z.output<typeof filesSchema>,
  variables: Variables,
): FilesConfig {
  const place = parseDatasetUrl(url);
  const keep = keepRevisions === undefined ? {} : { keepRevisions };
  return {
    kind: 'files',
    url: url.replace(/\/+$/, ''),
    place:
      place.kind === 'file' ? place : { ...place, access: readS3Access(variables), network: readNetwork(variables) },
    format,
    grain,
    ...keep,
  };
}

export function readPostgres(
  { urlFile, table: text, grain }: z.output<typeof postgresSchema>,
  variable: string,
  { learn }: Variables,
): PostgresConfig {
  const table = parseTable(text);
  if (table === undefined) {
    throw new ConfigError(
      variable,
      `has a table "${text}": write it like metrics or journeys.metrics, 55 letters at most`,
    );
  }
  const readUrl = (): string => {
    const url = readNamedFile(variable, urlFile).trim();
    learnUrl(url, learn);
    return url;
  };
  if (placeOf(readUrl()) === undefined) {
    throw new ConfigError(
      variable,
      'names a urlFile without a Postgres URL: write postgres://user:password@host:port/database',
    );
  }
  return { kind: 'postgres', readUrl, table, grain };
}
