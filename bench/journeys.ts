/**
 * Joins made legs into rows, by hand: `node --import tsx bench/journeys.ts [legs]`. `read` is record → leg → columns,
 * without the parsing of JSON; `join` is columns → journeys → rows.
 */
import { DEFAULT_SETTINGS } from '../src/domain/journeys/definition/settings.js';
import { joinJourneys } from '../src/domain/journeys/join-journeys.js';
import { LegTable } from '../src/domain/journeys/legs/leg-table.js';
import { JourneyRows } from '../src/domain/journeys/rows/journey-rows.js';
import { METRICS } from '../src/domain/journeys/rows/metrics.js';
import { legOfContact } from '../src/sources/contacts/leg-of-contact.js';
import { contactReader, namesIn } from '../src/sources/reporting/contact-fields.js';

const DAY_MS = 86_400_000;
const DAYS = 31;
const FROM = Date.parse('2026-10-01T00:00:00Z');
const count = Number(process.argv[2] ?? 1_000_000);

let state = 12_345;
const random = (): number => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;
const below = (limit: number): number => Math.floor(random() * limit);

let root = { id: '', start: 0 };
function record(index: number): Record<string, unknown> {
  const id = String(9_007_199_254_740_993n + BigInt(index));
  const isRoot = root.id === '' || random() < 0.6;
  const start = isRoot ? FROM + Math.floor((index / count) * DAYS * DAY_MS) : root.start + below(1_800_000);
  if (isRoot) root = { id, start };
  const isAbandoned = random() < 0.1;
  const [skill, talk] = [below(40), isAbandoned ? 0 : below(600_000) / 1_000];
  return {
    contactId: id,
    masterContactId: root.id,
    contactStart: new Date(start).toISOString(),
    mediaTypeId: 3 + below(2),
    isOutbound: random() < 0.05,
    abandoned: isAbandoned,
    isShortAbandon: isAbandoned && random() < 0.2,
    isRefused: random() < 0.03,
    agentId: isAbandoned ? null : 1_000 + below(500),
    agentSeconds: talk,
    preQueueSeconds: below(60_000) / 1_000,
    inQueueSeconds: below(120_000) / 1_000,
    abandonSeconds: 0,
    totalDurationSeconds: talk + 200,
    acwSeconds: 15.5,
    skillId: 100 + skill,
    skillName: `Skill ${skill}`,
    campaignId: 10 + (skill % 5),
    campaignName: `Campaign ${skill % 5}`,
    teamId: 1 + (skill % 8),
    teamName: `Team ${skill % 8}`,
    pointOfContactId: 1 + below(12),
    transferIndicatorName: 'None',
  };
}

/** Of processor time, which other processes do not change; collection of garbage is in it. */
const now = (): number => process.cpuUsage().user / 1_000;
const seconds = (since: number): string => `${((now() - since) / 1_000).toFixed(2)} s`;
const peak = (): string => {
  const { arrayBuffers, heapUsed } = process.memoryUsage();
  const [resident, columns, heap] = [process.resourceUsage().maxRSS * 1_024, arrayBuffers, heapUsed].map((bytes) =>
    (bytes / 2 ** 20).toFixed(0),
  );
  return `${resident ?? ''} MiB (now ${columns ?? ''} in columns, ${heap ?? ''} on the heap)`;
};
const log = (line: string): boolean => process.stdout.write(`${line}\n`);

log(`started: peak ${peak()}`);
const legs = new LegTable(count);
let inMaking = 0;
let read: ReturnType<typeof contactReader> | undefined;
// Made in turns, so that no million of records is in memory at once.
const reading = now();
for (let index = 0; index < count;) {
  const making = now();
  const page = Array.from({ length: Math.min(10_000, count - index) }, () => record(index++));
  inMaking += now() - making;
  for (const each of page) {
    read ??= contactReader(namesIn(each));
    legs.add(legOfContact(read(each), 'beside-total'));
  }
}
log(`read: ${seconds(reading + inMaking)} (records made in ${(inMaking / 1_000).toFixed(2)} s), peak ${peak()}`);

const joining = now();
const window = { fromMs: FROM, toMs: FROM + DAYS * DAY_MS, readUntilMs: FROM + 40 * DAY_MS };
const joined = joinJourneys(legs, { settings: DEFAULT_SETTINGS, ...window, localOf: (instant) => instant });
log(`joined: ${seconds(joining)}, peak ${peak()}`);
const days = Array.from({ length: DAYS }, (_, day) => FROM + day * DAY_MS);
const rows = new JourneyRows({
  metrics: METRICS,
  dimensions: (['channel', 'queue', 'team'] as const).map((dimension) => ({ key: dimension, dimension })),
  buckets: { starts: days, labels: days.map((day) => new Date(day).toISOString().slice(0, 10)) },
  filter: new Map(),
});
let journeys = 0;
for (const journey of joined.journeys()) {
  rows.add(journey);
  journeys += 1;
}
const made = rows.rows();
log(`rows: ${seconds(joining)} in all, ${legs.count} legs, ${journeys} journeys, ${made.length} rows, peak ${peak()}`);
