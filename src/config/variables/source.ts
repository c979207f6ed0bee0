import { isDnsLabel, parseBaseUrl } from '../../sources/http/base-url.js';
import { duration, file, text, textLike, url } from '../kinds.js';
import { variable } from './variable.js';

const SOURCE = ['worker', 'commands'] as const;

export const SOURCE_VARIABLES = {
  CXONE_ORG_ID: variable(textLike(isDnsLabel, 'be one DNS label: lower-case letters, digits and "-"'), {
    about: 'The CXone organisation: the first label of its host, and the org of requests that name none.',
    readBy: ['worker', 'gateway', 'commands'],
    remedy: 'name the CXone organisation, the first label of its host',
    isUsual: true,
  }),
  CXONE_CLIENT_ID: variable(text, {
    about: 'An OAuth client with reporting:analytics:read and journeys:read.',
    readBy: SOURCE,
    remedy: 'an OAuth client with reporting:analytics:read and journeys:read',
    isUsual: true,
  }),
  CXONE_CLIENT_SECRET: variable(text, {
    about: 'The secret of that client.',
    readBy: SOURCE,
    secret: 'whole',
    remedy: 'the secret of CXONE_CLIENT_ID, or CXONE_CLIENT_SECRET_FILE',
    isUsual: true,
  }),
  CXONE_ACCESS_KEY_ID: variable(text, {
    about: 'The id of an access key: the organisation is read from real CXone, as its source `journeys`.',
    readBy: SOURCE,
    secret: 'whole',
    remedy: 'the id of the access key whose secret is CXONE_ACCESS_KEY_SECRET',
  }),
  CXONE_ACCESS_KEY_SECRET: variable(text, {
    about: 'The secret of that access key.',
    readBy: SOURCE,
    secret: 'whole',
    remedy: 'the secret of CXONE_ACCESS_KEY_ID, or CXONE_ACCESS_KEY_SECRET_FILE',
  }),
  CXONE_ISSUER: variable(url(parseBaseUrl), {
    about: 'Where the access key gets its tokens, as https://cxone.niceincontact.com.',
    readBy: SOURCE,
    remedy: 'where access keys get their tokens: https://cxone.niceincontact.com, or your FedRAMP address',
  }),
  CXONE_ORGS_FILE: variable(file, {
    about: 'A JSON file with further organisations, their credentials and sources: see docs/sources.md.',
    readBy: SOURCE,
  }),
  CXONE_BASE_URL: variable(url(parseBaseUrl), {
    about: 'Where the API is; plain http is allowed for loopback only.',
    readBy: SOURCE,
    secret: 'url',
    otherwise: 'https://{org}.cloud.nicecxone.com',
  }),
  CXONE_CA_FILE: variable(file, {
    about: 'A PEM file with the certificate authority of a proxy that opens TLS.',
    readBy: SOURCE,
  }),
  CXONE_CATALOGUE: variable(file, {
    about: 'A JSON file with the names of reports, metrics and dimensions.',
    readBy: SOURCE,
    otherwise: 'the catalogue.json of the package',
  }),
  CXONE_CIRCUIT_OPEN: variable(duration('60 s'), {
    about: 'How long the worker leaves an organisation alone after five failed requests in a row.',
    readBy: SOURCE,
    default: '60 s',
  }),
};
