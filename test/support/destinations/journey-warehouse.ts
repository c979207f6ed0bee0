import { mkdtemp, rm } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { startSimulator, type Simulator } from '../../../simulator/cxone/server.js';
import type { ReportingSettingsInput } from '../../../simulator/reporting/settings.js';
import { createActivities } from '../../../src/activities/index.js';
import type { AggregateRequest, AggregateResult } from '../../../src/client.js';
import { createDirectory } from '../../../src/composition/directory/directory.js';
import { openObjectPlace } from '../../../src/datasets/objects/open-place.js';
import { createFilesDestination } from '../../../src/destinations/files/files-destination.js';
import { createPostgresDestination } from '../../../src/destinations/postgres/postgres-destination.js';
import { readDefinition } from '../../../src/domain/journeys/definition/definition.js';
import type { SettingsInput } from '../../../src/domain/journeys/definition/settings.js';
import { METRICS } from '../../../src/domain/journeys/rows/metrics.js';
import type { Grain } from '../../../src/contract/closed-sets.js';
import { createContactsSource } from '../../../src/sources/contacts/source.js';
import type { Field } from '../sources/fault-field.js';
import { accessOf } from '../sources/csv-source.js';

const DESTINATIONS = ['rows', 'journeys', 'legs', 'row_table', 'leg_table'] as const;

export interface JourneyWarehouse {
  readonly cxone: Simulator;
  readonly clock: { now: number };
  /** Folders of Parquet files, by grain. */
  readonly lake: Readonly<Record<Grain, string>>;
  /** With the tables journeys.rows and journeys.legs, both with their windows. */
  readonly databaseUrl: string;
  /** Reads these days once more and delivers rows, journeys and legs as files, rows and legs into tables as well. */
  read(dateFrom: string, dateTo: string): Promise<AggregateResult>;
}

export interface JourneyWarehouseOptions {
  readonly settings: SettingsInput;
  readonly contacts: ReportingSettingsInput;
  readonly timeZone: string;
  readonly dimension: string[];
  readonly now: number;
}

/** An organisation whose simulated contacts go through the product into a lake and into tables, on a clock of its own. */
export async function startJourneyWarehouse(
  t: TestContext,
  field: Field,
  { settings, contacts, timeZone, dimension, now }: JourneyWarehouseOptions,
): Promise<JourneyWarehouse> {
  const home = await mkdtemp(join(tmpdir(), 'journey-metrics-warehouse-'));
  t.after(() => rm(home, { recursive: true, force: true }));
  const org = `org-${randomUUID().slice(0, 8)}`;
  const clock = { now };
  const ambient = { now: () => clock.now, random: () => 0.5 };
  const cxone = await startSimulator({ now: ambient.now, reporting: { settings: contacts } });
  const read = readDefinition({ name: 'test', version: 1, base: 'contact-journey/1', settings });
  if ('problems' in read) throw new Error(read.problems.join(' '));
  const source = createContactsSource({
    ...accessOf(cxone.url, clock),
    org,
    apiVersion: 'v34.0',
    definition: read.definition,
    afterCallWork: 'beside-total',
    reconcileTolerance: 0.01,
  });
  t.after(() => Promise.all([source.close(), cxone.stop()]));
  const databaseUrl = await field.database();
  const lake = { rows: join(home, 'rows'), journeys: join(home, 'journeys'), legs: join(home, 'legs') };
  const files = (grain: Grain) => {
    const open = () => openObjectPlace({ kind: 'file', path: lake[grain] });
    return createFilesDestination({ url: `file://${lake[grain]}`, open, format: 'parquet', grain, ambient });
  };
  const table = (name: string, grain: Grain) =>
    createPostgresDestination({ readUrl: () => databaseUrl, table: { schema: 'journeys', name }, grain });
  const directory = createDirectory({
    defaultOrg: org,
    defaultDestination: 'rows',
    orgs: { [org]: { defaultSource: 'journeys', sources: { journeys: source } } },
    destinations: {
      rows: files('rows'),
      journeys: files('journeys'),
      legs: files('legs'),
      row_table: table('rows', 'rows'),
      leg_table: table('legs', 'legs'),
    },
  });
  field.admit(org, createActivities({ ...field.shared, ambient, directory }));
  return {
    cxone,
    clock,
    lake,
    databaseUrl,
    async read(dateFrom, dateTo) {
      // At most ten; each brings what it divides.
      const metric = METRICS.filter(({ kind }) => kind !== 'count').map((info) => info.metric);
      const query = { metric, dimension, dateFrom, dateTo };
      const request: AggregateRequest = { org, source: 'journeys', timeZone, query, destination: [...DESTINATIONS] };
      const run = await field.client.start(request, { again: true });
      return run.result();
    },
  };
}
