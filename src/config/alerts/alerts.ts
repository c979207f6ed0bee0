import type { AlertEvent } from '../../contract/alerts.js';
import { parseDuration } from '../../contract/values/duration.js';
import { parseDestinationUrl, type WebhookAddress } from '../../destinations/webhook/destination-url.js';
import { parseWebhookSecret } from '../../destinations/webhook/webhook-secret.js';
import type { AlertRules } from '../../ports/index.js';
import { readNamedFile, type Variables } from '../environment.js';
import { checked, ConfigError } from '../errors.js';
import { readCertificates } from '../files/certificates.js';
import { parseJsonFile, schemaProblem } from '../files/json-file.js';
import { learnUrl } from '../files/url-secrets.js';
import { readNetwork } from '../network.js';
import { alertsFileSchema, type AlertsInFile } from './alerts-schema.js';

/** Somebody who is told. */
export interface AlertReceiverConfig {
  readonly kind: 'webhook' | 'slack';
  readonly address: WebhookAddress;
  /** Absent: all. */
  readonly events?: readonly AlertEvent[];
  readonly orgs?: readonly string[];
}

export interface AlertsConfig {
  readonly receivers: Readonly<Record<string, AlertReceiverConfig>>;
  readonly rules: AlertRules;
  /** Address of the gateway as people reach it, without a slash at its end: alerts link there. */
  readonly gatewayUrl?: string;
}

const FILE = 'ALERTS_FILE';

/** The receivers of `ALERTS_FILE`; without it there are none, and alerts are only listed. */
export function readAlerts(variables: Variables, devGateway: string | undefined): AlertsConfig {
  const file = readFile(variables);
  const receivers = Object.entries(file.destinations).map(
    ([name, entry]) => [name, checked(FILE, () => readReceiver(name, entry, variables))] as const,
  );
  const gatewayUrl = variables.get('GATEWAY_URL')?.href ?? devGateway;
  return {
    receivers: Object.fromEntries(receivers),
    rules: rulesOf(file),
    ...(gatewayUrl !== undefined && { gatewayUrl: gatewayUrl.replace(/\/+$/, '') }),
  };
}

/** What the same file says of when, for programs that tell nobody and may not see the secrets that it names. */
export function readAlertRules(variables: Variables): AlertRules {
  return rulesOf(readFile(variables));
}

function rulesOf({ lateAfter, pauseAfter }: AlertsInFile): AlertRules {
  return { lateAfterMs: parseDuration(lateAfter) ?? 0, pauseAfter };
}

function readFile({ get }: Variables): AlertsInFile {
  const path = get(FILE);
  if (path === undefined) return alertsFileSchema.parse({});
  const text = readNamedFile(FILE, path);
  const parsed = alertsFileSchema.safeParse(parseJsonFile(FILE, text));
  if (!parsed.success) throw schemaProblem(FILE, text, parsed.error);
  return parsed.data;
}

function readReceiver(
  name: string,
  entry: AlertsInFile['destinations'][string],
  variables: Variables,
): AlertReceiverConfig {
  const { kind, events, orgs, private: allowPrivate, caFile } = entry;
  const address = {
    url: parseDestinationUrl(urlOf(name, entry, variables), allowPrivate),
    secrets: entry.kind === 'slack' ? [] : secretsOf(entry, variables),
    allowPrivate,
    network: readNetwork(variables),
    ...(caFile !== undefined && { ca: readCertificates(FILE, caFile) }),
  };
  return { kind, address, ...(events && { events }), ...(orgs && { orgs }) };
}

function urlOf(
  name: string,
  { kind, url, urlFile }: AlertsInFile['destinations'][string],
  { learn }: Variables,
): string {
  if ((url === undefined) === (urlFile === undefined)) {
    throw new ConfigError(FILE, `needs either url or urlFile for ${name}`);
  }
  const text = (url ?? readNamedFile(FILE, urlFile ?? '')).trim();
  learnUrl(text, learn);
  // Who knows the path of a Slack webhook may post there; of an address in a file nothing is to be shown.
  if ((kind === 'slack' || urlFile !== undefined) && URL.canParse(text)) {
    const { pathname } = new URL(text);
    [pathname, ...pathname.split('/').filter((part) => part.length >= 8)].filter((part) => part !== '/').forEach(learn);
  }
  return text;
}

function secretsOf(
  { secrets: own, secretsFile }: { readonly secrets: readonly string[]; readonly secretsFile?: string | undefined },
  { learn }: Variables,
): readonly string[] {
  const more = secretsFile === undefined ? '' : readNamedFile(FILE, secretsFile);
  const secrets = [...own, ...more.split(/\s+/)].filter((secret) => secret !== '');
  secrets.forEach(learn);
  for (const secret of secrets) parseWebhookSecret(secret);
  return secrets;
}
