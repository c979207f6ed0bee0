import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { suite, test } from 'node:test';
import {
  defaultFailureConverter,
  defaultPayloadConverter,
  type LoadedDataConverter,
  type PayloadCodec,
} from '@temporalio/common';
import {
  visit,
  walkGetWorkflowExecutionHistoryResponse,
} from '@temporalio/common/lib/internal-non-workflow/payload-visitor.js';
import { historyFromJSON, historyToJSON, type History } from '@temporalio/common/lib/proto-utils.js';
import { decodeHistory } from '../../../src/client/payloads.js';
import { readEvents } from '../../../src/client/runs/run-events.js';
import { reversingCodec } from '../../support/workflow/reversing-codec.js';

const HISTORY = new URL('../../replay/histories/v0.1-completed.json', import.meta.url);

const readHistory = async (): Promise<History> => historyFromJSON(JSON.parse(await readFile(HISTORY, 'utf8')));

async function hiddenHistory(): Promise<History> {
  const history = await readHistory();
  await visit({ history }, walkGetWorkflowExecutionHistoryResponse, {
    transformPayloads: (payloads) => reversingCodec.encode(payloads),
    transformPayload: async (payload) => (await reversingCodec.encode([payload]))[0] ?? payload,
    skipSearchAttributes: true,
  });
  return history;
}

const converterWith = (codec: PayloadCodec): LoadedDataConverter => ({
  payloadConverter: defaultPayloadConverter,
  failureConverter: defaultFailureConverter,
  payloadCodecs: [codec],
});

suite('the history of a client with a payload codec', () => {
  test('is the history that a client without one would have', async () => {
    const plain = await readHistory();
    const hidden = await hiddenHistory();
    assert.ok(readEvents([hidden], defaultPayloadConverter).steps.every(({ input }) => input === undefined));
    const decoded = await decodeHistory(hidden, converterWith(reversingCodec));
    assert.equal(historyToJSON(decoded), historyToJSON(plain));
    assert.deepEqual(readEvents([decoded], defaultPayloadConverter), readEvents([plain], defaultPayloadConverter));
  });

  test('is told without inputs and answers where the codec cannot read it', async () => {
    const refuse = (): never => {
      throw new Error('no such key');
    };
    const broken: PayloadCodec = { ...reversingCodec, decode: () => Promise.resolve().then(refuse) };
    const decoded = await decodeHistory(await hiddenHistory(), converterWith(broken));
    const { steps, workflowType } = readEvents([decoded], defaultPayloadConverter);
    assert.equal(workflowType, 'aggregateJourneyMetrics');
    assert.ok(steps.length > 0);
    for (const { name, input, answer, end } of steps) {
      assert.deepEqual([input, answer, end], [undefined, undefined, 'completed'], name);
    }
  });
});
