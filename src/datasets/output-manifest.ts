import { z } from 'zod';
import { canonicalJson } from '../contract/canonical-json.js';
import type { BlobRef, TransformOutput } from '../contract/dataset.js';
import { blobRefSchema, MANIFEST_VERSION, parseVersioned } from './manifest.js';

const outputManifest = z.strictObject({
  version: z.literal(MANIFEST_VERSION),
  kind: z.literal('output'),
  parts: z.array(z.strictObject({ rows: z.int().min(0), body: blobRefSchema })),
  report: z.record(z.string(), z.unknown()),
});

export type OutputManifest = z.output<typeof outputManifest>;

export interface OutputPart {
  readonly rows: number;
  readonly body: BlobRef;
}

/** What the run found, with no list cut. */
export type OutputReport = Omit<TransformOutput, 'manifest' | 'parts'>;

export function outputManifestBytes(parts: readonly OutputPart[], report: OutputReport): Uint8Array {
  return Buffer.from(canonicalJson({ version: MANIFEST_VERSION, kind: 'output', parts, report }));
}

export function parseOutputManifest(bytes: Uint8Array): OutputManifest {
  return parseVersioned(bytes, outputManifest, 'The manifest of the delivered rows');
}
