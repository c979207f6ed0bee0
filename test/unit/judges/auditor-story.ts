/**
 * A small story in which every promise is put to the test, and held. What is right in it was worked out by hand: it is
 * what the auditor itself is measured by.
 */
import { at, emptyWorld, sha256, trailOf, type Row, type World } from './auditor-world.js';

/** Twelve numbers: the quartiles are 13 and 19, the fences 4 and 28, and the last one is an outlier. */
const ROWS: readonly Row[] = [10, 11, 12, 13, 14, 15, 16, 17, 18, 19, '20', 500].map((rate, index) => ({
  date: `2026-11-${String(index + 1).padStart(2, '0')}`,
  rate,
}));
const RESTATED = ROWS.map((row, index) => (index === 2 ? { ...row, rate: 12.5 } : row));
const FENCES = { metric: 'rate', considered: 12, outliers: 1, lower: 4, upper: 28 };

/** As the source gets it. */
export const QUERY = {
  ...{ reportType: 'journey-execution', metric: ['rate'], dimension: [], filter: {}, timeGroupBy: 'day' },
  ...{ dateFrom: '2026-11-01T00:00:00Z', dateTo: '2026-11-13T00:00:00Z', limit: 10_000 },
};
const ASKED = { metric: ['rate'], dateFrom: '2026-11-01', dateTo: '2026-11-13' };

interface Numbers {
  readonly delivered: readonly Row[];
  readonly returned: number;
  readonly kept: number;
  readonly maxRows: number;
  readonly outliers: { readonly mode: string; readonly total: number; readonly metrics: readonly object[] };
}

const FENCED = { mode: 'remove', total: 1, metrics: [FENCES] };
const FLAGGED = { mode: 'flag', total: 1, metrics: [FENCES] };
const KEPT: Numbers = { delivered: ROWS.slice(0, 11), returned: 12, kept: 11, maxRows: 5_000, outliers: FENCED };
const pick = (rows: readonly Row[]): readonly Row[] => rows.filter((_, index) => [0, 2, 4, 7, 9].includes(index));
const SAMPLED: Numbers = { delivered: pick(ROWS), returned: 12, kept: 12, maxRows: 5, outliers: FLAGGED };
const TOO_FEW = { metric: 'rate', considered: 0, outliers: 0, skipped: 'too-few-values' };
const NOTHING: Numbers = {
  ...{ delivered: [], returned: 0, kept: 0, maxRows: 5_000 },
  outliers: { mode: 'remove', total: 0, metrics: [TOO_FEW] },
};
const FLAG_FIVE = { outliers: 'flag', maxRows: 5 };

/** Runs by name: `kept`'s workflow id is `run-kept`, its run key `key-kept`. */
class Story {
  readonly world: World = emptyWorld();
  readonly entries: Record<string, unknown>[] = [];

  request(name: string, expect: string, processing?: object): void {
    const request = { query: ASKED, ...(processing && { processing }) };
    this.world.operator.push({ at: at(0), event: 'requested', workflowId: `run-${name}`, request, expect });
    const ids = { workflow_id: `run-${name}`, first_execution_run_id: `first-${name}`, run_key: `key-${name}` };
    this.world.runRecords.push(ids);
  }

  end(name: string, status: string, more: { result?: object; failureType?: string } = {}, said: object = {}): void {
    this.world.runs.push({ workflowId: `run-${name}`, runId: `first-${name}`, status, ...more });
    const { failureType = null } = more;
    const nothing = { queryId: null, rows: null, rows_processed: 0, accuracy_rate: null, failureType };
    const ids = { workflowId: `run-${name}`, runKey: `key-${name}` };
    this.entries.push({ ...ids, kind: 'run', status, ...nothing, ...said });
  }

  /** A submission under the key of a generation. */
  submit(
    name: string,
    seconds: number,
    more: { queryId?: string; rows?: readonly Row[]; generation?: number } & Readonly<Record<string, unknown>>,
  ): void {
    const { queryId, rows, generation = 1, ...facts } = more;
    const idempotencyKey = `submit-${name}-${generation}`;
    const effect = queryId !== undefined;
    const line = { operation: 'submit', effect, status: 202, idempotencyKey, query: QUERY, ...(effect && { queryId }) };
    this.world.cxone.push({ at: at(seconds), ...line, ...facts });
    if (queryId !== undefined && rows) this.world.results[queryId] = rows;
    const { submissions } = this.world;
    const known = submissions.find((one) => one['idempotency_key'] === idempotencyKey);
    if (known) known['changed_at'] = at(seconds);
    else {
      const begun = { begun_at: at(seconds), changed_at: at(seconds) };
      submissions.push({ run_key: `key-${name}`, generation, idempotency_key: idempotencyKey, ...begun });
    }
  }

  orphan(name: string, reason: string): void {
    this.world.orphans.push({ run_key: `key-${name}`, generation: 1, reason });
  }

  complete(name: string, outcome: string, where: Place & { queryId: string }, numbers: Numbers): void {
    const { queryId, deliveryId, revision, parts = 1 } = where;
    const { delivered, returned, kept, outliers } = numbers;
    const rows = { returned, kept, delivered: delivered.length };
    const accuracyRate = returned === 0 ? 100 : (delivered.length / returned) * 100;
    const result = { outcome, queryId, rows, accuracyRate, outliers, delivery: { deliveryId, revision, parts } };
    const said = { status: outcome, queryId, rows, rows_processed: delivered.length, accuracy_rate: accuracyRate };
    this.end(name, 'completed', { result }, said);
  }

  /** Bytes of a part, in the ledger; and the attempts to send it, as the receiver saw them. */
  part(where: Place & { queryId: string; part: number; rows: readonly Row[] }, numbers: Numbers, sent: Sent[]): void {
    const { deliveryId, revision, parts = 1, part, queryId, rows } = where;
    const { delivered, returned, kept, maxRows, outliers } = numbers;
    const sampled = kept > maxRows;
    const body = JSON.stringify({
      ...{ deliveryId, revision, part: { index: part, count: parts }, queryId },
      summary: { total: returned, sampled: delivered.length, kept, isSample: sampled },
      sampling: { sampled, kept: delivered.length, of: kept, maxRows },
      ...{ completeness: {}, quality: { outliers }, metrics: rows },
    });
    const hash = sha256(body);
    const webhookId = `msg-${deliveryId}-${revision}-${part}`;
    if (sent.some(({ effect }) => effect)) this.world.bodies[hash] = body;
    const row = { delivery_id: deliveryId, revision, part, part_id: webhookId, body_sha256: hash };
    this.world.ledger.push({ table: 'delivery_parts', row });
    for (const { seconds, verdict = 'accepted', ...line } of sent) {
      const known = verdict === 'accepted' ? { deliveryId, revision, part, parts, rows: rows.length } : {};
      const facts = { operation: 'webhook', webhookId, sha256: hash, verdict, ...known };
      this.world.receiver.push({ at: at(seconds), ...facts, ...line });
    }
  }

  down(target: string, from: number, until: number, pid: number): void {
    this.world.operator.push({ at: at(from), event: 'kill', target, pid, inFlight: 3 });
    this.world.operator.push({ at: at(until), event: 'back', target, pid: pid + 1 });
  }
}

interface Place {
  readonly deliveryId: string;
  readonly revision: number;
  readonly parts?: number;
}

interface Sent {
  readonly seconds: number;
  readonly effect: boolean;
  readonly status: number | null;
  readonly verdict?: string;
  readonly fault?: string;
}

const taken = (seconds: number): Sent => ({ seconds, effect: true, status: 200 });
const repeated = (seconds: number): Sent => ({ seconds, effect: false, status: 200, verdict: 'duplicate' });

/** Two runs of one window: the second finds the same numbers, in another order, and sends nothing. */
function keptAndUnchanged(story: Story): void {
  const first = { deliveryId: 'd1', revision: 1, parts: 2, queryId: 'q-kept' };
  story.request('kept', 'completed');
  story.submit('kept', 10, { queryId: 'q-kept-lost', rows: ROWS, status: 502, fault: '502-after' });
  story.submit('kept', 12, { queryId: 'q-kept', rows: ROWS });
  story.orphan('kept', 'no-answer');
  const lost = { ...taken(20), status: null, fault: 'drop-after' };
  story.part({ ...first, part: 0, rows: ROWS.slice(0, 6) }, KEPT, [lost, repeated(25)]);
  story.part({ ...first, part: 1, rows: ROWS.slice(6, 11) }, KEPT, [taken(26)]);
  story.complete('kept', 'completed', first, KEPT);

  story.request('unchanged', 'completed');
  story.submit('unchanged', 40, { queryId: 'q-unchanged', rows: ROWS.toReversed() });
  story.complete('unchanged', 'unchanged', { ...first, queryId: 'q-unchanged' }, KEPT);
}

/** Two runs of another window, sampled: the source restates a row in between. A worker and Postgres die in the first one. */
function sampledAndRestated(story: Story): void {
  const first = { deliveryId: 'd2', revision: 1, queryId: 'q-sampled' };
  story.request('sampled', 'completed', FLAG_FIVE);
  story.submit('sampled', 100, { queryId: 'q-sampled-lost', rows: ROWS });
  story.down('worker', 101, 102, 71);
  story.submit('sampled', 103, { queryId: 'q-sampled', rows: ROWS });
  story.orphan('sampled', 'crashed');
  story.down('postgres', 111, 112, 81);
  story.part({ ...first, part: 0, rows: SAMPLED.delivered }, SAMPLED, [taken(110), repeated(113)]);
  story.complete('sampled', 'completed', first, SAMPLED);

  const restated = { ...SAMPLED, delivered: pick(RESTATED) };
  const second = { deliveryId: 'd2', revision: 2, queryId: 'q-restated' };
  story.request('restated', 'completed', FLAG_FIVE);
  story.submit('restated', 120, { queryId: 'q-restated', rows: RESTATED });
  const lost = { ...taken(121), status: null, fault: 'drop-after' };
  story.part({ ...second, part: 0, rows: restated.delivered }, restated, [lost, repeated(126)]);
  story.complete('restated', 'completed', second, restated);
}

/** A query that is gone is submitted anew; its result is empty. */
function goneAndEmpty(story: Story): void {
  const place = { deliveryId: 'd3', revision: 1, queryId: 'q-gone-2' };
  story.request('gone', 'completed');
  story.submit('gone', 130, { queryId: 'q-gone-1', rows: [], status: 502, fault: '502-after' });
  story.submit('gone', 131, { queryId: 'q-gone-1b', rows: [] });
  story.orphan('gone', 'no-answer');
  const poll = { operation: 'poll', effect: false, status: 410, fault: '410', queryId: 'q-gone-1b' };
  story.world.cxone.push({ at: at(132), ...poll }, { at: at(133), ...poll });
  story.submit('gone', 134, { queryId: 'q-gone-2', rows: [], generation: 2 });
  story.part({ ...place, part: 0, rows: [] }, NOTHING, [taken(135)]);
  story.complete('gone', 'completed', place, NOTHING);
}

/** A receiver that said that it was gone, and everything that is no result. */
function otherEnds(story: Story): void {
  const place = { deliveryId: 'd4', revision: 1, queryId: 'q-undelivered' };
  story.request('undelivered', 'completed');
  story.submit('undelivered', 140, { queryId: 'q-undelivered', rows: ROWS });
  const gone = { seconds: 141, effect: false, status: 410, fault: '410' };
  story.part({ ...place, part: 0, rows: KEPT.delivered }, KEPT, [gone, { ...gone, seconds: 142 }]);
  story.complete('undelivered', 'undelivered', place, KEPT);

  story.request('refused', 'failed');
  story.submit('refused', 150, { status: 400 });
  story.end('refused', 'failed', { failureType: 'QueryRejected' });

  story.request('ambiguous', 'completed');
  for (const seconds of [200, 202, 206, 214, 230]) {
    story.submit('ambiguous', seconds, { status: null, fault: 'drop-before' });
    story.orphan('ambiguous', 'no-answer');
  }
  story.end('ambiguous', 'failed', { failureType: 'SubmissionAmbiguous' });

  story.request('cancelled', 'any');
  story.world.operator.push({ at: at(240), event: 'cancel-asked', workflowId: 'run-cancelled' });
  story.end('cancelled', 'cancelled');

  story.request('terminated', 'any');
  story.world.operator.push({ at: at(241), event: 'terminated', workflowId: 'run-terminated' });
  story.end('terminated', 'terminated', {}, { kind: 'reconciled' });
}

/** A new one each time, to be spoilt. */
export function heldWorld(): World {
  const story = new Story();
  const faults = { cxone: ['502-after', '410', 'drop-before'], receiver: ['drop-after', '410'] };
  story.world.operator.push({ at: at(0), event: 'plan', faults, targets: ['worker', 'postgres'] });
  keptAndUnchanged(story);
  sampledAndRestated(story);
  goneAndEmpty(story);
  otherEnds(story);
  story.down('worker', 300, 301, 72);
  story.down('postgres', 300, 301, 82);
  story.world.audit = trailOf(story.entries);
  return structuredClone(story.world);
}
