import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { findCanaries, type Canary, type Trace } from '../../chaos/canaries.js';
import { tracesOf } from '../../chaos/leftovers.js';
import { startApart, type Apart, type OwnOrg } from '../../support/apart.js';
import { printed } from '../../support/cli/cli-commands.js';
import { startKeyedGateway, type KeyedGateway } from '../../support/gateway/keyed-gateway.js';
import { readOpenApi, type Operation } from '../../support/gateway/open-api.js';
import { startSuite, type Suite } from '../../support/product.js';
import { until } from '../../support/until.js';
import type { AggregateRequest } from '../../../src/client.js';

const DAYS = { dateFrom: '2026-11-01', dateTo: '2026-11-03' };

describe('two organisations in one installation', () => {
  let suite: Suite;
  let apart: Apart;
  /** Names of what globex has: acme's key must get none of it by them. */
  let globexIds: { workflowId: string; deliveryId: string; series: string };
  before(async () => {
    suite = await startSuite();
    apart = await startApart(suite);
    const { client } = apart.product;
    for (const own of [apart.acme, apart.globex]) {
      const run = await client.start(requestOf(own));
      const { outcome, delivery, series } = await run.result();
      assert.equal(outcome, 'completed');
      globexIds = { workflowId: run.workflowId, deliveryId: delivery.deliveryId, series };
      const { query, ...request } = requestOf(own);
      const { dateFrom: from, dateTo: to, ...asked } = query;
      const backfill = await client.backfills.start({ ...request, query: asked, from: from ?? '', to: to ?? '' });
      assert.equal((await backfill.result()).outcome, 'completed');
      await client.schedules.create({ id: scheduleOf(own), every: 'day', request: relativeOf(own), paused: true });
    }
    await until(
      'both in the list',
      () => client.list(),
      (runs) => runs.length >= 4,
    );
  });
  after(async () => {
    for (const own of [apart.acme, apart.globex]) await apart.product.client.schedules.delete(scheduleOf(own));
    await apart.stop();
    await suite.stop();
  });

  it('share no line of a log, a file, a table or a history, and no secret is anywhere', async () => {
    const { product, acme, globex, log } = apart;
    const { TASK_QUEUE = '' } = product.env;
    const left = tracesOf({
      folders: { datasets: join(product.home, 'datasets'), acme: lakeOf(acme), globex: lakeOf(globex) },
      databaseUrl: product.env['DATABASE_URL'] ?? '',
      temporal: product.temporal,
      query: `TaskQueue = '${TASK_QUEUE}'`,
    });
    const seen = new Set<string>();
    for await (const { place, text } of left) {
      const found = await findCanaries([{ place, text }], [...acme.secrets, ...globex.secrets]);
      assert.deepEqual(found, []);
      for (const line of text.split('\n')) {
        const owners = [acme, globex].filter((own) => namesOf(own).some((name) => line.includes(name)));
        assert.ok(owners.length < 2, `${place}: ${line.slice(0, 400)}`);
        for (const { org } of owners) seen.add(`${org} in ${place.split(/[/ ]/)[0] ?? ''}`);
      }
    }
    assert.deepEqual(
      await findCanaries([{ place: 'log', text: log.join('\n') }], [...acme.secrets, ...globex.secrets]),
      [],
    );
    // The canaries do sing: each is in its own rows, and in its own place.
    for (const place of ['acme in acme', 'globex in globex', 'acme in datasets', 'globex in datasets', 'acme in the']) {
      assert.ok(seen.has(place), `${place} of ${[...seen].join(', ')}`);
    }
  });

  it('show nothing of one to a key of the other, whatever address is asked for what', async (t) => {
    const { product, globex } = apart;
    const gateway = await startKeyedGateway(t, product, { defaults: { org: 'acme', destination: 'lake-acme' } });
    const authorization = await gateway.newKey('acme-bi', { orgs: ['acme'] });
    const document: unknown = JSON.parse((await gateway.ask('/openapi.json')).text);
    const { operations } = readOpenApi(document);
    assert.ok(operations.length > 15, `${operations.length} operations`);
    const traces: Trace[] = [];
    for (const operation of operations) {
      for (const target of targetsOf(operation, globex)) {
        const { method } = operation;
        const json = operation.path === '/aggregate' ? requestOf(globex) : undefined;
        const { status, text } = await gateway.ask(target, {
          method,
          headers: { authorization },
          ...(json && { json }),
        });
        traces.push({ place: `${method} ${target}: ${status}`, text: withoutEcho(text, target) });
        const isOpen = /^\/(livez|readyz|openapi\.json)/.test(target);
        if (method === 'POST' || target.includes(globexIds.workflowId))
          assert.ok(isOpen || status >= 400, `${method} ${target}: ${status}`);
      }
    }
    await assertNothingOf(globex, traces);
    await assertNothingOf(globex, [{ place: 'the log of the gateway', text: gateway.log.join('\n') }], globex.secrets);
    await keySeesItsOwn(gateway);
  });

  async function keySeesItsOwn(gateway: KeyedGateway): Promise<void> {
    const authorization = await gateway.newKey('globex-bi', { orgs: ['globex'] });
    const { status, text } = await gateway.ask(`/runs/${encodeURIComponent(globexIds.workflowId)}/rows`, {
      headers: { authorization },
    });
    assert.equal(status, 200);
    assert.match(text, /globexCanary/);
  }

  it('show nothing of one to commands that name the other', async () => {
    const { env, globex } = apart;
    const commands = [
      ['runs', 'list'],
      ['runs', 'history'],
      ['audit', 'list'],
      ['windows'],
      ['backfill', 'list'],
      ['schedules', 'list'],
      ['destinations', 'list'],
      ['orgs', 'list'],
      ['runs', 'export', '--series', globexIds.series, '--from', '2026-11-01', '--to', '2026-11-08'],
      ['deliveries', 'recover', '--destination', globex.destination, '--since', '1 day'],
    ];
    const traces: Trace[] = [];
    for (const words of commands) {
      for (const form of [[], ['--json']]) {
        if (words.includes('export') && form.length > 0) continue;
        const { code, stdout, stderr } = await printed([...words, '--org', 'acme', ...form], { env });
        assert.ok(code === 0 || words.includes('export'), `${words.join(' ')}: ${stderr}`);
        // What the person typed may come back.
        const text = `${stdout}\n${stderr}`.replaceAll(words.includes('recover') ? globex.destination : '\0', '');
        traces.push({ place: words.join(' '), text });
      }
    }
    await assertNothingOf(globex, traces);
    const { stdout } = await printed(['orgs', 'check', 'acme'], { env });
    assert.match(stdout, /acme +analytics +ok/);
  });

  it('are refused the destination of the other, however it is asked for', async () => {
    const { product, acme, globex, env, rewrite } = apart;
    const { client } = product;
    const wrong = { ...requestOf(acme), destination: globex.destination };
    const refusal = /"lake-globex" is not configured; configured: lake-acme/;
    await assert.rejects(async () => (await client.start(wrong)).result(), refusal);
    const { query, ...request } = wrong;
    const { dateFrom: from, dateTo: to, ...asked } = query;
    const backfill = await client.backfills.start({ ...request, query: asked, from: from ?? '', to: to ?? '' });
    await assert.rejects(backfill.result(), refusal);
    const command = await printed(['aggregate', '-q', '-'], { env, input: JSON.stringify(wrong) });
    assert.equal(command.code, 2);
    assert.match(command.stderr, refusal);
    await client.schedules.create({
      id: `wrong-${scheduleOf(acme)}`,
      every: 'day',
      request: { ...relativeOf(acme), destination: globex.destination },
      paused: true,
    });
    await client.schedules.trigger(`wrong-${scheduleOf(acme)}`);
    await until(
      'the refusal of the schedule',
      () => client.list({ outcome: 'failed' }),
      (runs) => runs.length >= 3,
    );
    await client.schedules.delete(`wrong-${scheduleOf(acme)}`);
    // What was delivered while the organisation might use the place is not sent there again once it may not.
    await rewrite(({ globex: entry }) => {
      if (entry) entry.destinations = [acme.destination];
    });
    await until('the worker to follow', () => apart.log.join('').includes('the configuration in files'), Boolean);
    const again = await client.redeliver({ deliveryId: globexIds.deliveryId, all: true });
    assert.equal(again.outcome, 'undelivered');
    assert.equal(again.delivery.lastFailure, 'the organisation globex has no destination lake-globex');
    await assert.rejects(
      client.redeliver({ deliveryId: globexIds.deliveryId, org: 'acme', all: true }),
      /the ledger has no delivery/,
    );
  });

  const lakeOf = ({ org }: OwnOrg): string => join(apart.product.home, `lake-${org}`);

  function targetsOf({ path }: Operation, globex: OwnOrg): readonly string[] {
    const known: Readonly<Record<string, string>> = globexIds;
    const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(known[name] ?? 'unknown'));
    const search = new URLSearchParams({ org: globex.org, series: globexIds.series }).toString();
    return [
      filled,
      `${filled}?org=globex`,
      `${filled}?${search}`,
      `${filled}?text=globex`,
      `${filled}?series=${globexIds.series}`,
    ];
  }

  /** An answer may say what it was asked for. */
  function withoutEcho(text: string, target: string): string {
    const words = [target, decodeURIComponent(target), globexIds.workflowId, encodeURIComponent(globexIds.workflowId)];
    return words.reduce((left, word) => left.replaceAll(word, ''), text);
  }
});

async function assertNothingOf(
  own: OwnOrg,
  traces: readonly Trace[],
  canaries: readonly Canary[] = canariesOf(own),
): Promise<void> {
  assert.deepEqual(await findCanaries(traces, canaries), []);
}

function canariesOf(own: OwnOrg): readonly Canary[] {
  return [...own.secrets, ...namesOf(own).map((secret) => ({ name: secret, secret }))];
}

/** Of what it may show to its own people. */
function namesOf({ org, destination, dimension }: OwnOrg): readonly string[] {
  return [destination, dimension, `client-of-${org}`, `nightly-${org}`];
}

function scheduleOf({ org }: OwnOrg): string {
  return `nightly-${org}`;
}

function requestOf({ org, dimension, destination }: OwnOrg): AggregateRequest {
  return { org, destination, query: { metric: ['journeyCompletionRate'], dimension: [dimension], ...DAYS } };
}

function relativeOf(own: OwnOrg): AggregateRequest {
  const { query, ...request } = requestOf(own);
  const { dateFrom: _from, dateTo: _to, ...asked } = query;
  return { ...request, query: asked, window: { relative: 'yesterday' } };
}
