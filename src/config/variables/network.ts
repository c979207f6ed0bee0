import { parseProxy } from '../../network/proxies.js';
import { file, text, url } from '../kinds.js';
import { variable } from './variable.js';

const ALL = ['worker', 'gateway', 'commands'] as const;

export const NETWORK_VARIABLES = {
  HTTPS_PROXY: variable(url(parseProxy), {
    about: 'The proxy for https, and for Temporal: http://user:password@host:port.',
    readBy: ALL,
    secret: 'url',
    inEitherCase: true,
    otherwise: 'ALL_PROXY, else no proxy',
  }),
  HTTP_PROXY: variable(url(parseProxy), {
    about: 'The proxy for plain http.',
    readBy: ALL,
    secret: 'url',
    inEitherCase: true,
    otherwise: 'ALL_PROXY, else no proxy',
  }),
  ALL_PROXY: variable(url(parseProxy), {
    about: 'The proxy where the variable of the protocol is not set.',
    readBy: ALL,
    secret: 'url',
    inEitherCase: true,
  }),
  NO_PROXY: variable(text, {
    about: 'Hosts that no proxy is used for: `*`, names, addresses and ranges, each with or without a port.',
    readBy: ALL,
    inEitherCase: true,
    otherwise: 'this machine alone',
  }),
  NODE_EXTRA_CA_CERTS: variable(file, {
    about: 'A PEM file with authorities that every TLS connection trusts beside the built-in ones.',
    readBy: ['worker'],
  }),
};
