import assert from 'node:assert/strict';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { DEFAULT_TENANT } from '../../../simulator/cxone/credentials.js';
import { startWorker } from '../../support/own-worker.js';
import { startSuite, type Product, type Suite } from '../../support/product.js';
import { until } from '../../support/until.js';

const ORG = 'acme';
const OLD = { ...DEFAULT_TENANT, org: ORG };
const NEW = { org: ORG, clientId: 'the next client', clientSecret: 'another=secret&for+the/next' };

describe('credentials that are rotated under load', () => {
  let suite: Suite;
  let product: Product;
  let worker: { stop(): Promise<void> } | undefined;
  before(async () => {
    suite = await startSuite();
    const cxone = { tenants: [OLD, NEW], run: { polls: 1 }, data: { rows: 24 } };
    product = await suite.product({ worker: false, simulator: { cxone } });
    await give(OLD);
    const { CXONE_CLIENT_ID: _id, CXONE_CLIENT_SECRET: _secret, CXONE_BASE_URL: _url, ...env } = product.env;
    const own = { ...env, CXONE_ORG_ID: ORG, CXONE_ORGS_FILE: fileOf('orgs.json') };
    worker = await startWorker(suite, product.temporal, own, {});
  });
  after(async () => {
    await worker?.stop();
    await product.stop();
    await suite.stop();
  });

  const fileOf = (name: string): string => join(product.home, name);

  /** The secret first: for a moment the two do not fit, as it is where two files are written. */
  async function give({ clientId, clientSecret }: typeof NEW): Promise<void> {
    const { CXONE_BASE_URL: baseUrl } = product.simulator.environment;
    const clientSecretFile = fileOf(`secret of ${clientId.length}`);
    await writeFile(clientSecretFile, clientSecret);
    const auth = { kind: 'client-credentials', baseUrl, clientId, clientSecretFile };
    await writeFile(fileOf('next.json'), JSON.stringify({ [ORG]: { auth } }));
    await rename(fileOf('next.json'), fileOf('orgs.json'));
  }

  it('cost no run, and each audit entry names the ones that its rows were read with', async () => {
    let day = 1;
    const run = async (): Promise<string> => {
      const dateTo = `2026-10-${String((day += 1)).padStart(2, '0')}`;
      const query = { metric: ['journeyCompletionRate'], dateFrom: '2026-10-01', dateTo };
      return (await (await product.client.start({ org: ORG, query })).result()).outcome;
    };
    const credential = async (): Promise<string | null | undefined> => {
      const [state] = await product.records.gateState.states([ORG], AbortSignal.timeout(30_000));
      return state?.credential;
    };
    const before = await until('the worker to name them', credential, (found) => typeof found === 'string');
    assert.equal(await run(), 'completed');
    const early = [run(), run(), run()];
    await give(NEW);
    const late: Promise<string>[] = [];
    await until('the worker to follow', credential, (found) => {
      if (late.length < 8) late.push(run());
      return found !== before;
    });
    late.push(run());
    const outcomes = await Promise.all([...early, ...late]);
    assert.deepEqual([...new Set(outcomes)], ['completed']);
    const entries = await product.records.auditLog.list({ limit: 50 }, AbortSignal.timeout(30_000));
    const named = entries.map((entry) => entry.credential);
    assert.equal(entries.length, outcomes.length + 1);
    assert.deepEqual([...new Set(named)].sort(), [before, await credential()].sort());
    assert.equal(named[0] === before, false, 'the last one has the new ones');
  });
});
