import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import type { HttpAnswer } from '../../../src/sources/http/http.js';
import type { ContactNames, ContactRecord } from '../../../src/sources/reporting/contact-fields.js';
import { detectNames, readSheet, type ContactsSource, type SheetStep } from '../../../src/sources/reporting/pages.js';
import { beginSheet, type SheetState, type Slice } from '../../../src/sources/reporting/sheet-state.js';
import type { Simulator } from '../../../simulator/cxone/server.js';
import type { FaultSchedule } from '../../../simulator/faults/named.js';
import type { ReportingSettingsInput } from '../../../simulator/reporting/settings.js';
import { failsWith } from '../../support/sources/cxone-failure.js';
import { DAY, startReal } from '../../support/sources/cxone-real.js';
import { clientOf, never } from '../../support/sources/cxone-real-client.js';

const WINDOW: Slice = { fromMs: Date.parse(DAY), toMs: Date.parse('2026-10-06') };

interface Rig {
  readonly simulator: Simulator;
  readonly source: ContactsSource;
}

async function start(t: TestContext, settings: ReportingSettingsInput = {}, faults: FaultSchedule = {}): Promise<Rig> {
  const simulator = await startReal(t, { settings });
  const { client } = clientOf(t, simulator.url);
  const path = 'incontactapi/services/v34.0/contacts/completed';
  const bare = {
    ask: (query: URLSearchParams, signal: AbortSignal) =>
      client.send({ operation: 'page', method: 'GET', path, query }, signal),
    reason: (answer: HttpAnswer) => client.reason(answer),
  };
  const names = await detectNames(bare, { fromMs: WINDOW.toMs - 4 * 3_600_000, toMs: WINDOW.toMs }, never());
  if (names === undefined || 'state' in names) return assert.fail('no names were detected');
  simulator.faults.add(faults);
  return { simulator, source: { ...bare, names } };
}

/** What is kept after every step: pages by slice, dropped where a step says so. */
async function read(source: ContactsSource, begun = beginSheet(WINDOW, 200)): Promise<Reading> {
  const kept = new Map<string, ContactRecord[]>();
  const steps: SheetStep[] = [];
  for await (const step of readSheet(source, begun, never())) {
    steps.push(step);
    if (step.kind === 'later') continue;
    const key = JSON.stringify(step.slice);
    if (step.kind === 'page') kept.set(key, [...(kept.get(key) ?? []), ...step.contacts]);
    else if (step.discard) kept.delete(key);
  }
  return { contacts: [...kept.values()].flat(), steps };
}

interface Reading {
  readonly contacts: readonly ContactRecord[];
  readonly steps: readonly SheetStep[];
}

/** Ids of the contacts that began in the window, as the generator tells. */
function truth({ reporting }: Simulator): readonly string[] {
  const days = Array.from({ length: 8 }, (_, back) =>
    new Date(WINDOW.fromMs - back * 86_400_000).toISOString().slice(0, 10),
  );
  return days
    .flatMap((day) => [...reporting.journeysOf(day)])
    .flatMap(({ legs }) => legs.filter(({ startMs }) => startMs >= WINDOW.fromMs && startMs < WINDOW.toMs))
    .map(({ contactId }) => contactId)
    .sort();
}

const idsOf = (contacts: readonly ContactRecord[]): readonly (string | null)[] =>
  contacts.map(({ contactId }) => contactId).sort();
const whyOf = (steps: readonly SheetStep[]): readonly string[] =>
  steps.flatMap((step) => (step.kind === 'again' ? [step.why] : []));

describe('a day of contacts', () => {
  const tenants: Record<string, ReportingSettingsInput> = {
    'as most tenants write it': {},
    'in the spelling of the specification': { names: 'spec' },
    'with both spellings side by side': { names: 'both' },
    'as text with thousands commas': { values: 'commas' },
    'as text under resultSet': { wrapper: true },
    'with ids that no double can hold': { wideIds: true },
    'with links to another host': { links: 'elsewhere' },
    'without links': { links: 'absent' },
    'without totals': { totals: false },
    'with an end that is inclusive': { endInclusive: true },
    'with pages that are capped lower': { topCap: 70 },
  };
  for (const [claim, settings] of Object.entries(tenants)) {
    it(`is read whole ${claim}`, async (t) => {
      const { simulator, source } = await start(t, settings);
      const { contacts, steps } = await read(source);
      assert.deepEqual(idsOf(contacts), truth(simulator));
      assert.deepEqual(whyOf(steps), []);
      assert.ok(contacts.some(({ agentSeconds }) => Number(agentSeconds) > 60));
    });
  }

  it('is asked for without anything personal, by every field that is read', async (t) => {
    const { simulator, source } = await start(t);
    const { contacts } = await read(source);
    assert.ok(!JSON.stringify(contacts).includes('personal'));
    const asked = simulator.journal.entries({ operation: 'contacts' }).slice(1);
    assert.ok(asked.length > 2);
    for (const { fields = '' } of asked) {
      assert.match(fields, /contactStart/);
      assert.ok(!/addr|firstName|lastName|notes/i.test(fields), fields);
    }
  });

  it('without contacts is one question', async (t) => {
    const { simulator, source } = await start(t);
    simulator.reporting.change({ firstDay: '2026-10-20' });
    const { contacts, steps } = await read(source);
    assert.deepEqual([contacts, steps.length], [[], 1]);
    assert.equal(await detectNames(source, WINDOW, never()), undefined);
  });

  it('is read whole by another worker that goes on with it', async (t) => {
    const { simulator, source } = await start(t);
    const contacts: ContactRecord[] = [];
    let state: SheetState = beginSheet(WINDOW, 100);
    while (state.slices.length > 0) {
      const seen = new Set(contacts.map(({ contactId }) => contactId ?? ''));
      for await (const step of readSheet(source, JSON.parse(JSON.stringify(state)) as SheetState, never(), seen)) {
        if (step.kind === 'page') contacts.push(...step.contacts);
        state = step.state;
        break;
      }
    }
    assert.deepEqual(idsOf(contacts), truth(simulator));
  });
});

describe('a reading that goes wrong', () => {
  it('begins the slice again when totals change, a page comes twice, or one is short', async (t) => {
    const script: FaultSchedule['script'] = [
      { on: 'contacts', nth: 2, fault: { kind: 'wrong-total', by: 3 } },
      { on: 'contacts', nth: 4, fault: 'page-loop' },
    ];
    const { simulator, source } = await start(t, {}, { script });
    const { contacts, steps } = await read(source);
    assert.deepEqual(idsOf(contacts), truth(simulator));
    assert.match(whyOf(steps)[0] ?? '', /the total changed from \d+ to \d+/);
    assert.match(whyOf(steps)[1] ?? '', /a page came twice|the next page is said to begin/);
  });

  it('is given up after three readings that do not add up', async (t) => {
    const { source } = await start(
      t,
      {},
      { rates: [{ on: 'contacts', rate: 1, fault: { kind: 'wrong-total', by: -100 } }] },
    );
    const failure = await failsWith(read(source), 'IncompleteResult', /did not add up three times/);
    assert.equal(failure.details.operation, 'page');
  });

  it('asks for fewer rows, then for half the window, when the source takes too long', async (t) => {
    const { simulator, source } = await start(t, { timeoutAboveRows: 500, timeoutAboveHours: 7 });
    const { contacts, steps } = await read(source, beginSheet(WINDOW, 2_000));
    assert.deepEqual(idsOf(contacts), truth(simulator));
    assert.deepEqual(whyOf(steps).slice(0, 3), [
      'fewer rows a page: 1000',
      'fewer rows a page: 500',
      'a window of half the length',
    ]);
    assert.ok(steps.filter(({ kind }) => kind === 'page').length >= 4);
  });

  it('fails where nothing less can be asked for', async (t) => {
    const { source } = await start(t, {}, { rates: [{ on: 'contacts', rate: 1, fault: '504' }] });
    const short = { fromMs: WINDOW.fromMs, toMs: WINDOW.fromMs + 60_000 };
    await failsWith(read(source, beginSheet(short, 500)), 'UpstreamUnavailable', /504/);
  });

  for (const [fault, reason] of [
    ['429', 'rate limited'],
    ['503-retry-after', 'unavailable'],
  ] as const) {
    it(`stops at a ${fault}, and goes on later where it was`, async (t) => {
      const { simulator, source } = await start(t, {}, { script: [{ on: 'contacts', nth: 2, fault }] });
      const { contacts, steps } = await read(source);
      const last = steps.at(-1);
      assert.ok(last?.kind === 'later');
      assert.deepEqual(last.later, { state: 'later', reason, retryAfterMs: 1_000 });
      assert.equal(last.state.skip, 200);
      const seen = new Set(contacts.map(({ contactId }) => contactId ?? ''));
      const rest: ContactRecord[] = [];
      for await (const step of readSheet(source, last.state, never(), seen)) {
        if (step.kind === 'page') rest.push(...step.contacts);
      }
      assert.deepEqual(idsOf([...contacts, ...rest]), truth(simulator));
    });
  }

  it('says why, in the words of the header', async (t) => {
    const { source } = await start(t, {}, { script: [{ on: 'contacts', fault: '400' }] });
    await failsWith(read(source), 'QueryRejected', /400: The simulator was told to answer 400/);
    const forbidden = await start(t, {}, { script: [{ on: 'contacts', fault: '403' }] });
    await failsWith(read(forbidden.source), 'Forbidden', /403: .*right to read completed contacts/);
    const html = await start(t, {}, { script: [{ on: 'contacts', fault: 'html' }] });
    await failsWith(read(html.source), 'MalformedResponse', /HTML/);
    const strange = await start(t, {}, { script: [{ on: 'contacts', fault: 'strange-rows' }] });
    await failsWith(read(strange.source), 'MalformedResponse', /without its id/);
    const cut = await start(t, {}, { script: [{ on: 'contacts', fault: 'truncated' }] });
    await failsWith(read(cut.source), 'UpstreamUnavailable', /no complete answer/);
  });

  it('survives one 401', async (t) => {
    const { simulator, source } = await start(t, {}, { script: [{ on: 'contacts', nth: 2, fault: '401-revoked' }] });
    assert.deepEqual(idsOf((await read(source)).contacts), truth(simulator));
    assert.equal(simulator.journal.count({ operation: 'grant' }), 2);
  });
});

describe('late legs', () => {
  it('are in the second reading of their day', async (t) => {
    const { simulator, source } = await start(t, { late: 0.1, held: true });
    const first = (await read(source)).contacts.length;
    simulator.reporting.change({ held: false });
    const second = (await read(source)).contacts.length;
    assert.ok(second > first + 20);
  });
});

describe('the names of a tenant', () => {
  it('are detected in whatever capitals, and a needed one is missed by name', async (t) => {
    const { source } = await start(t, { names: 'spec' });
    const names: ContactNames = source.names;
    assert.deepEqual([names.startMs, names.conferenceSeconds], ['contactStartDate', 'conferenceSeconds']);
    const ask = () =>
      Promise.resolve({ status: 200, body: Buffer.from('{"totalRecords":1,"completedContacts":[{"ContactID":1}]}') });
    await failsWith(
      detectNames({ ...source, ask }, WINDOW, never()),
      'MalformedResponse',
      /contactStartDate or contactStart/,
    );
  });
});
