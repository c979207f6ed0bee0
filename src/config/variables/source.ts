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
