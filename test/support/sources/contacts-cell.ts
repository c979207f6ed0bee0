import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { TestContext } from 'node:test';
import type { SimulatorOptions } from '../../../simulator/cxone/options.js';
import { startSimulator, type Simulator } from '../../../simulator/cxone/server.js';
import { startReceiver, type Receiver } from '../../../simulator/receiver/server.js';
import { DEFAULT_WEBHOOK_SECRET } from '../../../simulator/receiver/signature.js';
import type { ActivityDependencies } from '../../../src/activities/index.js';
import type { AggregateRequest, RunHandle } from '../../../src/client.js';
import { createDirectory } from '../../../src/composition/directory/directory.js';
import { createFileBlobStore } from '../../../src/datasets/blobs/file-blob-store.js';
import type { BlobStore } from '../../../src/datasets/blobs/blob-store.js';
import { createDaySheets } from '../../../src/datasets/store/day-sheets.js';
import { createWebhookDestination } from '../../../src/destinations/webhook/webhook-destination.js';
import { createContactsSource, type ContactsSourceOptions } from '../../../src/sources/contacts/source.js';
import { temporaryFolder } from '../../unit/datasets/datasets-fixtures.js';
import { definitionOf } from '../../unit/journeys/journeys-fixtures.js';
import { checkAuditedEnd } from './audited-end.js';
import { accessOf } from './csv-source.js';
import type { Ended } from './fault-cell.js';
import type { Field } from './fault-field.js';
import { expectedRows, FROM, ON_CONTACTS, pagesGiven } from './contacts-window.js';

const DAY_MS = 86_400_000;
const definition = definitionOf({ contained: 'none' });

/** One run on contacts of an organisation with a tenant and a receiver of its own. */
export interface ContactsCell {
  readonly org: string;
  readonly cxone: Simulator;
  readonly receiver: Receiver;
  readonly dependencies: ActivityDependencies;
  request(change?: Partial<AggregateRequest>): AggregateRequest;
}

interface CellOptions {
  readonly cxone?: SimulatorOptions;
  readonly source?: Pick<ContactsSourceOptions, 'limits' | 'circuit'>;
  /** Where settled days are kept; on a disk that nothing happens to unless given. */
  readonly blobs?: BlobStore;
}

/** Days of which each has several pages, all of them long ago. */
export async function startContactsCell(
  t: TestContext,
  field: Field,
  options: CellOptions = {},
): Promise<ContactsCell> {
  const org = `org-${randomUUID().slice(0, 8)}`;
  const clock = { now: FROM + 30 * DAY_MS };
  const settings = { journeysPerDay: 20, topCap: 10, late: 0, restated: 0 };
  const cxone = await startSimulator({ now: () => clock.now, reporting: { settings }, ...options.cxone });
  const receiver = await startReceiver();
  const { ambient } = field.shared;
  const source = createContactsSource({
    ...accessOf(cxone.url, clock),
    org,
    apiVersion: 'v34.0',
    definition,
    afterCallWork: 'beside-total',
    reconcileTolerance: 0.01,
    sheets: createDaySheets(options.blobs ?? createFileBlobStore(await temporaryFolder(t))),
    ...options.source,
  });
  const bi = createWebhookDestination({
    address: { url: new URL(receiver.webhookUrl), secrets: [DEFAULT_WEBHOOK_SECRET], allowPrivate: true },
    limits: { maxRows: 1_000, maxBytes: 500_000 },
    ambient,
    version: 'test',
  });
  t.after(() => Promise.all([source.close(), bi.close(), cxone.stop(), receiver.stop()]));
  const directory = createDirectory({
    defaultOrg: org,
    defaultDestination: 'bi',
    orgs: { [org]: { defaultSource: 'journeys', sources: { journeys: source } } },
    destinations: { bi },
  });
  return {
    org,
    cxone,
    receiver,
    dependencies: { ...field.shared, directory },
    request: (change) => ({ ...ON_CONTACTS, org, ...change }),
  };
}

/**
 * What holds for every cell: the end that was promised, one audit entry that says so, the rows of the tenant's journeys
 * or none, delivered once, and no settled day asked for again.
 */
export async function checkContactsCell(
  { cxone, receiver }: ContactsCell,
  databaseUrl: string,
  run: RunHandle,
  ended: Ended,
  { ends, freshTokens = 0 }: { readonly ends: string; readonly freshTokens?: number },
): Promise<void> {
  const failed = await checkAuditedEnd(databaseUrl, run, ended, ends);
  const delivered = [...receiver.windows().values()].map(({ rows }) => rows);
  assert.deepEqual(
    delivered,
    failed ? [] : [expectedRows(cxone, definition.settings)],
    'the rows of the journeys, or nothing',
  );
  assert.equal(receiver.journal.count({ verdict: 'duplicate' }), 0);
  if (failed) return;
  const twice = [...pagesGiven(cxone.journal)].filter(([, given]) => given > 1);
  const days = new Set(twice.map(([page]) => page.split(' ')[0]));
  assert.ok(
    days.size <= 1 && twice.every(([, given]) => given === 2),
    'nothing but the day under way is asked for again',
  );
  assert.equal(cxone.journal.count({ operation: 'grant', effect: true }), 1 + freshTokens, 'tokens');
}
