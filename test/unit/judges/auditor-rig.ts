import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { audit } from '../../auditor/audit.js';
import type { PromiseName, Verdict } from '../../auditor/verdict.js';
import { heldWorld } from './auditor-story.js';
import { writeWorld, type World } from './auditor-world.js';

/** Spoils evidence in which every promise was held. */
export type Spoil = (world: World) => unknown;

/** One way to break a promise, and about whom or what the auditor must say so. */
export type Offence = readonly [claim: string, subject: string, spoil: Spoil];

/** Writes the evidence to a folder for as long as somebody looks at it. */
export async function withEvidence<T>(spoil: Spoil, look: (folder: string) => T | Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'journey-metrics-auditor-'));
  try {
    const world = heldWorld();
    spoil(world);
    await writeWorld(folder, world);
    return await look(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export function audited(spoil: Spoil): Promise<Verdict> {
  return withEvidence(spoil, audit);
}

/** A test for each offence: that it is found, as a breach of this promise, and its subject named. */
export function finds(promise: PromiseName, offences: readonly Offence[]): void {
  for (const [claim, subject, spoil] of offences) {
    test(`finds ${claim}`, async () => {
      const { verdict, findings } = await audited(spoil);
      const subjects = findings.filter((finding) => finding.promise === promise).map((finding) => finding.subject);
      assert.ok(subjects.includes(subject), `${promise}: ${subject} is not among ${JSON.stringify(findings)}`);
      assert.equal(verdict, 'broken');
    });
  }
}
