/**
 * `node --import tsx bench/journey-process.ts pages FOLDER LEGS` writes pages of made contacts as a run stores them;
 * `… derive FOLDER` makes rows of them, in a process that does nothing else, and says what it took.
 */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DEFAULT_SETTINGS } from '../src/domain/journeys/definition/settings.js';
import { METRICS } from '../src/domain/journeys/rows/metrics.js';
import { deriveJourneys } from '../src/sources/contacts/derive-journeys.js';
import { storedContact } from '../src/sources/contacts/leg-of-contact.js';
import { contactsBody, withFacts } from '../src/sources/contacts/stored-pages.js';
import { contactReader, namesIn } from '../src/sources/reporting/contact-fields.js';

const DAY_MS = 86_400_000;
const DAYS = 31;
const FROM = Date.parse('2026-10-01T00:00:00Z');
const LEGS_A_PAGE = 10_000;
const [order = '', folder = '', legs = '1000000'] = process.argv.slice(2);

let state = 12_345;
const random = (): number => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;
const below = (limit: number): number => Math.floor(random() * limit);

let root = { id: '', start: 0 };
function record(index: number, count: number): Record<string, unknown> {
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

async function writePages(count: number): Promise<void> {
  let read: ReturnType<typeof contactReader> | undefined;
  for (let index = 0; index < count;) {
    const contacts = Array.from({ length: Math.min(LEGS_A_PAGE, count - index) }, () => {
      const made = record(index++, count);
      read ??= contactReader(namesIn(made));
      return storedContact(read(made));
    });
    const name = String(index).padStart(9, '0');
    await writeFile(join(folder, name), withFacts(contactsBody(contacts), { readUntilMs: FROM + 40 * DAY_MS }));
  }
}

async function* pages(): AsyncGenerator<Uint8Array> {
  for (const name of (await readdir(folder)).sort()) yield await readFile(join(folder, name));
}

async function derive(): Promise<object> {
  const starts = Float64Array.from({ length: DAYS }, (_, day) => FROM + day * DAY_MS);
  const labels = Array.from(starts, (start) => new Date(start).toISOString().slice(0, 10));
  const [from, to] = [FROM, FROM + DAYS * DAY_MS].map((at) => new Date(at).toISOString());
  const metric = METRICS.map((each) => each.metric);
  const dimension = ['channel', 'queue', 'team'];
  const query = { reportType: 'journey-execution', metric, dimension, filter: {}, timeGroupBy: 'day', limit: 1_000 };
  const derived = deriveJourneys(
    {
      pages: pages(),
      query: { ...query, timeGroupBy: 'day', dateFrom: from ?? '', dateTo: to ?? '' },
      keys: { dateKey: 'date', metrics: metric, dimensions: dimension },
      window: { from: from ?? '', to: to ?? '', timeZone: 'UTC', label: '' },
      buckets: { starts, labels },
      localOf: (instant) => instant,
    },
    {
      definition: {
        name: 'bench',
        version: 1,
        base: 'contact-journey/1',
        settings: { ...DEFAULT_SETTINGS, contained: 'none' },
      },
      afterCallWork: 'beside-total',
      reconcileTolerance: 0.01,
    },
  );
  const [begun, used] = [performance.now(), process.cpuUsage()];
  let [rows, read] = [0, 0];
  for await (const { columns, facts } of derived) {
    rows += columns.rows;
    read = facts?.legs ?? read;
  }
  const { user, system } = process.cpuUsage(used);
  const peakRssMiB = Math.round(process.resourceUsage().maxRSS / 1_024);
  const wallMs = Math.round(performance.now() - begun);
  return { legs: read, rows, wallMs, cpuMs: Math.round((user + system) / 1_000), peakRssMiB };
}

if (order === 'pages') await writePages(Number(legs));
else process.stdout.write(JSON.stringify(await derive()));
