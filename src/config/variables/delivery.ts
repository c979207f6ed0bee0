import { file, flag, text, url } from '../kinds.js';
import { variable } from './variable.js';

const DELIVERY = ['worker', 'commands'] as const;

export const DELIVERY_VARIABLES = {
  // Text: whether its address is allowed depends on BI_WEBHOOK_PRIVATE, so `readDestinations` parses it.
  BI_WEBHOOK_URL: variable(text, {
    about: 'The address that takes the results of requests that name no destination (`bi`); https and public.',
    readBy: DELIVERY,
    secret: 'url',
    remedy: 'set the address of the receiver, or use `npm run dev`, which includes one',
    isUsual: true,
  }),
  BI_WEBHOOK_SECRET: variable(text, {
    about:
      'The key that signs deliveries (Standard Webhooks): whsec_ and base64; several, separated by spaces, to rotate.',
    readBy: DELIVERY,
    otherwise: 'deliveries are not signed',
    secret: 'words',
    isUsual: true,
  }),
  BI_WEBHOOK_PRIVATE: variable(flag, {
    about: '1 allows BI_WEBHOOK_URL to be a private address or plain http.',
    readBy: DELIVERY,
    default: '0',
  }),
  BI_WEBHOOK_CA_FILE: variable(file, {
    about: 'A PEM file with the only authorities that the certificate of BI_WEBHOOK_URL may be signed by.',
    readBy: DELIVERY,
    otherwise: 'the built-in authorities',
  }),
  BI_DESTINATIONS_FILE: variable(file, {
    about:
      'A JSON file with more destinations by name: {"lake": {"kind": "files", "url": "s3://…", "format": "parquet"}}.',
    readBy: DELIVERY,
  }),
  ALERTS_FILE: variable(file, {
    about: 'A JSON file that says who is told of what goes wrong, and when a window is late: see docs/alerts.md.',
    readBy: ['worker', 'gateway', 'commands'],
    otherwise: 'alerts are listed, and sent to nobody',
  }),
  GATEWAY_URL: variable(url(parseGatewayUrl), {
    about: 'The address at which people reach the gateway: alerts link to its pages.',
    readBy: DELIVERY,
    otherwise: 'the gateway of a running `npm run dev`',
  }),
};

function parseGatewayUrl(value: string): URL {
  if (!/^https?:\/\//.test(value) || !URL.canParse(value)) {
    throw new TypeError('must be an address like https://metrics.example');
  }
  return new URL(value);
}
