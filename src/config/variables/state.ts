import { BadValue } from '../errors.js';
import { count, duration, file, flag, folder, text, textLike, url } from '../kinds.js';
import { postgresUrl } from './postgres-url.js';
import { variable } from './variable.js';

const ALL = ['worker', 'gateway', 'commands'] as const;

export const MUST_BE_HOST_AND_PORT = 'be host and port, like localhost:7233, without scheme, user, path or query';

/** Whether a text is a place and nothing else: it is shown wherever Temporal does not answer. */
export function isTemporalAddress(value: string): boolean {
  return PLACE.test(value);
}

const PLACE = /^(dns:\/{0,3})?[^\s/?#@\\]+$/;

/** Keeps the text. A link shows it, so it holds nothing but the place. */
const uiUrl = url((value: string) => {
  const parsed = URL.canParse(value) ? new URL(value) : undefined;
  if (parsed && /^https?:$/.test(parsed.protocol) && !/[?#@\s\\]/.test(value)) return value;
  throw new BadValue(
    'must be an http or https address without user, query or fragment, like https://temporal.example.com',
  );
});

export const STATE_VARIABLES = {
  TEMPORAL_ADDRESS: variable(textLike(isTemporalAddress, MUST_BE_HOST_AND_PORT), {
    about: "Temporal's host and port.",
    readBy: ALL,
    secret: 'url',
    otherwise: 'that of a running `npm run dev`',
  }),
  TEMPORAL_NAMESPACE: variable(text, {
    about: 'The namespace; its search attributes must be registered, `journey-metrics doctor` shows how.',
    readBy: ALL,
    otherwise: 'default',
  }),
  TEMPORAL_API_KEY: variable(text, {
    about:
      'For Temporal Cloud. In a file (TEMPORAL_API_KEY_FILE) it may be rotated while everything runs. ' +
      "Temporal's other standard names work, too: TEMPORAL_TLS, TEMPORAL_TLS_SERVER_CA_CERT_PATH, " +
      'TEMPORAL_TLS_SERVER_NAME, TEMPORAL_TLS_CLIENT_CERT_PATH, TEMPORAL_TLS_CLIENT_KEY_PATH, TEMPORAL_PROFILE.',
    readBy: ALL,
    secret: 'whole',
  }),
  TEMPORAL_UI_URL: variable(uiUrl, {
    about: "Temporal's UI, for the links that commands and reports show.",
    secret: 'url',
    readBy: ['gateway', 'commands'],
    otherwise: 'that of a running `npm run dev`',
  }),
  DATABASE_URL: variable(postgresUrl, {
    about: 'The Postgres of records and audit trail: postgres://user:password@host:5432/database.',
    readBy: ALL,
    otherwise: 'that of a running `npm run dev`',
    secret: 'url',
  }),
  DATABASE_CONNECTIONS: variable(count(4, 1_000), {
    about: 'Connections to Postgres that a worker or gateway opens at most; further work waits for one.',
    readBy: ALL,
    default: '24',
  }),
  DATASET_URL: variable(text, {
    secret: 'url',
    about: 'Where rows are kept: a file: URL for one host, s3://bucket/prefix for several.',
    readBy: ALL,
    otherwise: 'the folder `datasets` in JOURNEY_METRICS_HOME',
  }),
  DATASET_RETENTION: variable(duration('30 days'), {
    about: 'How long rows and payloads are kept once no delivery needs them.',
    readBy: ALL,
    default: '30 days',
  }),
  LEG_RETENTION: variable(duration('400 days'), {
    about: 'How long settled days of contacts are kept, so that CXone is not asked for them again.',
    readBy: ALL,
    default: '400 days',
  }),
  JOURNEY_METRICS_HOME: variable(folder, {
    about: 'The state of the embedded stack.',
    readBy: ALL,
    otherwise: '.journey-metrics in the checkout',
  }),
};

export const S3_VARIABLES = {
  AWS_REGION: variable(
    textLike((value) => /^[a-z0-9-]{1,64}$/.test(value), 'be the name of a region, like eu-central-1'),
    { about: "The bucket's region.", readBy: ALL, default: 'us-east-1' },
  ),
  AWS_ACCESS_KEY_ID: variable(text, {
    about: 'The key that reads and writes the bucket.',
    readBy: ALL,
    otherwise: 'a profile, or the role of the container or machine',
    remedy: 'AWS_SECRET_ACCESS_KEY is set, and needs it',
  }),
  AWS_SECRET_ACCESS_KEY: variable(text, {
    about: 'Its secret.',
    readBy: ALL,
    secret: 'whole',
    remedy: 'the secret of AWS_ACCESS_KEY_ID',
  }),
  AWS_SESSION_TOKEN: variable(text, {
    about: 'The token of temporary credentials.',
    readBy: ALL,
    secret: 'whole',
  }),
  AWS_ENDPOINT_URL: variable(url(parseEndpoint), {
    about: 'Where the store is, if it is not at Amazon: https://s3.example.com.',
    readBy: ALL,
    secret: 'url',
  }),
  AWS_ENDPOINT_URL_S3: variable(url(parseEndpoint), {
    about: 'The same for S3 alone; it wins over AWS_ENDPOINT_URL.',
    readBy: ALL,
    secret: 'url',
  }),
  AWS_CA_BUNDLE: variable(file, {
    about: "A PEM file with the only authorities that the store's certificate may be signed by.",
    readBy: ALL,
    otherwise: 'the built-in authorities',
  }),
  DATASET_PATH_STYLE: variable(flag, {
    about: '1 puts the bucket into the path of an address, 0 into its host name.',
    readBy: ALL,
    otherwise: '1 where an endpoint is set',
  }),
};

function parseEndpoint(value: string): URL {
  const parsed = URL.canParse(value) ? new URL(value) : undefined;
  if (parsed && /^https?:$/.test(parsed.protocol) && !/[?#@\s\\]/.test(value)) return parsed;
  throw new BadValue('must be an http or https address without user, query or fragment, like https://s3.example.com');
}
