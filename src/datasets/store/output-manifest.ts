import { z } from 'zod';
import { canonicalJson } from '../../contract/values/json.js';
import type { BlobRef } from '../../contract/result/blob-ref.js';
import type { MadeOf, TransformOutput } from '../../contract/result/dataset.js';
import type { Completeness } from '../../contract/result/result.js';
import type { RollupWithTable } from '../../contract/result/rollup.js';
import { blobRefSchema, MANIFEST_VERSION, parseVersioned } from './manifest.js';
import type { PackedPart } from '../transform/part-packing.js';

const count = z.int().min(0);

const datasetRef = z.strictObject({
  manifest: blobRefSchema,
  queryId: z.string(),
  pages: count,
  rows: count,
  repeatedRows: count.exactOptional(),
  outsideRows: count.exactOptional(),
  unnamedQuery: z.literal(true).exactOptional(),
});

const outputManifest = z.strictObject({
  version: z.literal(MANIFEST_VERSION),
  kind: z.literal('output'),
  dataset: datasetRef,
  made: z.strictObject({ dataset: datasetRef, details: blobRefSchema.exactOptional() }).exactOptional(),
  selection: blobRefSchema,
  kept: blobRefSchema.exactOptional(),
  flagged: blobRefSchema.exactOptional(),
  keys: z
    .strictObject({ dateKey: z.string(), metrics: z.array(z.string()), dimensions: z.array(z.string()) })
    .exactOptional(),
  parts: z.array(z.strictObject({ rows: count, bytes: count })),
  report: z.record(z.string(), z.unknown()),
});

/**
 * What is delivered: of which dataset which rows (`selection`: one bit a row), how they fall into parts, and what was
 * found, under which keys. `made`: of what they were derived, where they were. `flagged` are the outliers, where they stay.
 * `kept` are those of which the selection is a sample, where it is one. The rows' bytes stay where they are, in the pages.
 */
export type OutputManifest = z.output<typeof outputManifest>;

/** What the run found, with no list cut. */
export type OutputReport = Omit<TransformOutput, 'manifest' | 'parts'>;

export function outputManifestBytes(output: {
  readonly dataset: OutputManifest['dataset'];
  readonly made?: MadeOf;
  readonly selection: BlobRef;
  readonly kept?: BlobRef;
  readonly flagged?: BlobRef;
  readonly keys: NonNullable<OutputManifest['keys']>;
  readonly parts: readonly PackedPart[];
  readonly report: OutputReport;
}): Uint8Array {
  return Buffer.from(canonicalJson({ version: MANIFEST_VERSION, kind: 'output', ...output }));
}

/** The sums as the payload has them, and their table; undefined where there are none. */
export function rollupIn({ report }: OutputManifest): RollupWithTable | undefined {
  // As it was written: the manifest is read by its hash, and its version was looked at.
  return report['rollup'] as RollupWithTable | undefined;
}

/** Which buckets the rows cover, with the whole list of those that are missing. */
export function completenessIn({ report }: OutputManifest): Completeness {
  return report['completeness'] as Completeness; // As above.
}

export function parseOutputManifest(bytes: Uint8Array): OutputManifest {
  return parseVersioned(bytes, outputManifest, 'The manifest of the delivered rows');
}
