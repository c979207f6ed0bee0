import { TASK_QUEUE } from '../../contract/values/names.js';
import { choice, count, duration, file, listenAddress, text } from '../kinds.js';
import { variable } from './variable.js';

const SERVICES = ['worker', 'gateway'] as const;

export const WORKER_VARIABLES = {
  TASK_QUEUE: variable(text, {
    about: 'The task queue; another one for a second installation in one namespace.',
    readBy: ['worker', 'gateway', 'commands'],
    default: TASK_QUEUE,
  }),
  LOG_LEVEL: variable(choice('trace', 'debug', 'info', 'warn', 'error'), {
    about: 'How much worker and gateway log.',
    readBy: SERVICES,
    default: 'info',
  }),
  HEALTH_ADDRESS: variable(listenAddress, {
    about: 'Where a worker answers the probes `/livez` and `/readyz`; the gateway answers them on its own port.',
    readBy: ['worker'],
    otherwise: 'no probes',
  }),
  WORKER_SHUTDOWN_GRACE: variable(duration('30 s'), {
    about: 'How long a worker that is told to stop waits for the activities it is running.',
    readBy: ['worker'],
    default: '10 s',
  }),
  WORKER_CACHED_WORKFLOWS: variable(count(1, 1_000_000), {
    about: 'Runs kept in memory; the others are replayed when they continue.',
    readBy: ['worker'],
    default: '500',
  }),
  WORKER_ACTIVITIES: variable(count(1, 10_000), {
    about: 'Short steps of runs that a worker does at once; further ones wait, or go to another worker.',
    readBy: ['worker'],
    default: '100',
  }),
  WORKER_TRANSFERS: variable(count(1, 10_000), {
    about: 'Transfers (pages, transforms, deliveries) that a worker does at once, beside WORKER_ACTIVITIES.',
    readBy: ['worker'],
    default: '25',
  }),
  WORKER_STICKY_TIMEOUT: variable(duration('30 s'), {
    about: 'How long a run waits for the worker that had it, before another worker takes it.',
    readBy: ['worker'],
    default: '10 s',
  }),
  JOURNEY_METRICS_REQUESTER: variable(text, {
    about: 'Who starts runs, for the audit trail.',
    readBy: ['commands'],
    otherwise: 'the user of the process',
  }),
};

export const GATEWAY_VARIABLES = {
  GATEWAY_HOST: variable(text, {
    about: 'Where it listens; only `npm run dev` listens, on loopback, without a key file.',
    readBy: ['gateway'],
    default: '127.0.0.1',
  }),
  GATEWAY_PORT: variable(count(0, 65_535), {
    about: 'Its port; `npm run dev` takes a free one when this is taken.',
    readBy: ['gateway'],
    default: '8080',
  }),
  GATEWAY_KEYS_FILE: variable(file, {
    about: 'The file with the keys of its callers, as `journey-metrics keys create` writes it.',
    readBy: ['gateway'],
  }),
  GATEWAY_RATE: variable(count(1, 1_000_000), {
    about: 'Requests that one key may send in a minute.',
    readBy: ['gateway'],
    default: '600',
  }),
};
