import { randomBytes } from 'node:crypto';
import { openAlertReceiver } from '../../composition/alerts.js';
import type { AlertReceiverConfig } from '../../config/alerts/alerts.js';
import { ConfigError } from '../../config/errors.js';
import { packageVersion } from '../../config/places.js';
import type { AlertReceiver } from '../../destinations/alerts/alert-receiver.js';
import type { CheckStep } from '../../ports/index.js';
import { EXIT, type ExitCode } from '../program/exit-code.js';
import type { Terminal } from '../terminal/terminal.js';

const DEADLINE_MS = 30_000;

/** `journey-metrics alerts test`. */
export async function testAlerts(
  terminal: Terminal,
  name: string | undefined,
  { json }: { readonly json?: boolean },
): Promise<ExitCode> {
  const { receivers, gatewayUrl } = terminal.config.alerts();
  const names = Object.keys(receivers);
  if (names.length === 0)
    throw new ConfigError('ALERTS_FILE', 'names no receiver: docs/alerts.md shows how to add one');
  if (name !== undefined && receivers[name] === undefined) {
    throw new ConfigError(name, `is not a receiver of alerts; configured: ${names.join(', ')}`);
  }
  const results: { name: string; kind: string; ok: boolean; steps: readonly CheckStep[] }[] = [];
  for (const [key, config] of Object.entries(receivers)) {
    if (name !== undefined && key !== name) continue;
    if (!json) terminal.print(key);
    const ambient = { now: terminal.now, random: Math.random };
    const receiver = openAlertReceiver(config, { gatewayUrl, ambient, version: packageVersion() });
    const steps: CheckStep[] = [];
    try {
      for await (const step of tried(terminal, config, receiver)) {
        steps.push(step);
        if (!json) terminal.print(`  ${lineOf(step)}`);
      }
    } finally {
      await receiver.close();
    }
    results.push({ name: key, kind: config.kind, ok: steps.every(({ status }) => status !== 'fail'), steps });
  }
  if (json) terminal.printJson(results);
  return results.every(({ ok }) => ok) ? EXIT.done : EXIT.failed;
}

async function* tried(
  { now, scrubber }: Terminal,
  { kind, events, orgs }: AlertReceiverConfig,
  receiver: AlertReceiver,
): AsyncGenerator<CheckStep> {
  const wanted = `${events === undefined ? 'all events' : events.join(', ')} of ${orgs === undefined ? 'all organisations' : orgs.join(', ')}`;
  yield { step: 'configuration', status: 'ok', found: `${kind}, ${wanted}` };
  const signal = AbortSignal.timeout(DEADLINE_MS);
  let reached = true;
  for await (const step of receiver.check(signal)) {
    reached &&= step.status !== 'fail';
    yield { ...step, found: scrubber.scrub(step.found) };
  }
  if (!reached) return;
  const id = `alert_${randomBytes(16).toString('hex')}`;
  const what = 'This is a test: somebody tries whether alerts arrive. Nothing has happened.';
  const alert = {
    id,
    event: 'alert.test',
    org: null,
    what,
    about: {},
    number: 1,
    raisedAt: new Date(now()).toISOString(),
  };
  const { delivered, reason } = await receiver.send({ ...alert, event: 'alert.test' }, signal);
  yield delivered
    ? { step: 'send', status: 'ok', found: `answered ${reason}` }
    : {
        step: 'send',
        status: 'fail',
        found: scrubber.scrub(reason),
        remedy: 'look at the receiver, or correct its entry',
      };
}

function lineOf({ step, status, found, remedy }: CheckStep): string {
  return `${status.padEnd(4)}  ${step.padEnd(13)}  ${found}${remedy === undefined ? '' : ` – ${remedy}`}`;
}
