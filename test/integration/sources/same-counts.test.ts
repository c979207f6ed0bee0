import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createContactsSource } from '../../../src/sources/contacts/source.js';
import type { StoredContact } from '../../../src/sources/contacts/leg-of-contact.js';
import {
  accepted,
  accessOf,
  CALLS,
  customReportOf,
  question,
  readAll,
  rowsIn,
} from '../../support/sources/csv-source.js';
import { startReal } from '../../support/sources/cxone-real.js';
import { definitionOf } from '../../unit/journeys/journeys-fixtures.js';

const FROM = '2026-10-05T00:00:00Z';
const TO = '2026-10-06T00:00:00Z';

interface Counts {
  contacts: number;
  queued: number;
  abandoned: number;
  answered: number;
  /** In milliseconds, so that sums are exact. */
  queueMs: number;
}

/** By skill and direction. */
class Tally {
  readonly counts: Record<string, Counts> = {};

  add(skill: string, isOutbound: boolean, queueSeconds: number, agentSeconds: number, isAbandoned: boolean): void {
    const group = `${skill} ${isOutbound ? 'Outbound' : 'Inbound'}`;
    const counts = (this.counts[group] ??= { contacts: 0, queued: 0, abandoned: 0, answered: 0, queueMs: 0 });
    counts.contacts += 1;
    counts.queued += queueSeconds > 0 ? 1 : 0;
    counts.abandoned += isAbandoned ? 1 : 0;
    counts.answered += agentSeconds > 0 ? 1 : 0;
    counts.queueMs += Math.round(queueSeconds * 1_000);
  }
}

const sorted = ({ counts }: Tally): [string, Counts][] =>
  Object.entries(counts).sort(([left], [right]) => (left < right ? -1 : 1));

test('the same journeys give the same counts of contacts by both ways, where the report has a direction', async (t) => {
  const cxone = await startReal(t, { settings: { journeysPerDay: 600, reportDirection: true, wideIds: true } });
  const contacts = createContactsSource({
    ...accessOf(cxone.url),
    apiVersion: 'v34.0',
    definition: definitionOf({ contained: 'none' }),
    afterCallWork: 'beside-total',
    reconcileTolerance: 0.01,
  });
  t.after(() => contacts.close());
  const journeys = question({ ...CALLS, metrics: { journeyAnswered: '' }, dimensions: {} }, FROM, TO);
  const { pages: legPages } = await readAll(contacts, journeys, await accepted(contacts, journeys));
  const byContacts = new Tally();
  for (const leg of rowsIn(legPages) as unknown as StoredContact[]) {
    const { startMs = 0, skillId, isOutbound, inQueueSeconds, agentSeconds, abandoned } = leg;
    if (startMs === null || startMs < Date.parse(FROM) || startMs >= Date.parse(TO)) continue;
    byContacts.add(skillId ?? '', isOutbound === true, inQueueSeconds ?? 0, agentSeconds ?? 0, abandoned === true);
  }
  const mapping = { ...CALLS, dimensions: { ...CALLS.dimensions, direction: 'Direction' } };
  const calls = question(mapping, FROM, TO);
  const report = customReportOf(t, cxone, { mapping });
  const { pages } = await readAll(report, calls, await accepted(report, calls));
  const byReport = new Tally();
  for (const { skill, direction, queueSeconds, agentSeconds, abandoned } of rowsIn(pages)) {
    const [queue, agent] = [Number(queueSeconds), Number(agentSeconds)];
    byReport.add(String(skill ?? ''), direction === 'Outbound', queue, agent, abandoned === 1);
  }
  assert.ok(Object.keys(byContacts.counts).length > 5);
  assert.deepEqual(sorted(byReport), sorted(byContacts));
});
