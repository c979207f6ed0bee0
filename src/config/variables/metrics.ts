import { percentDecoded } from '../../network/percent-decoded.js';
import { BadValue } from '../errors.js';
import { choice, listenAddress, url, type Kind, type ListenAddress } from '../kinds.js';
import { variable } from './variable.js';

const scraped: Kind<ListenAddress> = {
  ...listenAddress,
  parse: (value) => {
    const address = listenAddress.parse(value);
    if (address.port === 0) throw new BadValue('must name a port: who scrapes it has to know it');
    return address;
  },
};

const collector = url((value) => {
  const { protocol } = new URL(value);
  if (!['http:', 'https:', 'grpc:', 'grpcs:'].includes(protocol))
    throw new BadValue('must begin with http:// or https://');
  return value;
});

const headers: Kind<Readonly<Record<string, string>>> = {
  name: 'headers',
  parse: (value) =>
    Object.fromEntries(
      value.split(',').map((pair) => {
        const [, name, text] = /^\s*([^=\s]+)\s*=\s*(.*?)\s*$/.exec(pair) ?? [];
        if (name === undefined || text === undefined) throw new BadValue('must be like "name=value,other=value"');
        const decoded = percentDecoded(text);
        if (decoded === undefined) throw new BadValue('has a % that escapes nothing: write %25 for it');
        return [name, decoded];
      }),
    ),
};

export const METRICS_VARIABLES = {
  METRICS_ADDRESS: variable(scraped, {
    about: 'Where Prometheus finds `/metrics`. Worker and gateway of one host need two ports.',
    readBy: ['worker', 'gateway'],
    otherwise: 'no metrics',
  }),
  OTEL_EXPORTER_OTLP_ENDPOINT: variable(collector, {
    about: 'The collector that a worker sends metrics to, where METRICS_ADDRESS is not set.',
    readBy: ['worker'],
  }),
  OTEL_EXPORTER_OTLP_PROTOCOL: variable(choice('grpc', 'http/protobuf'), {
    about: 'How the collector is spoken to; with `http/protobuf` the path `/v1/metrics` is added.',
    readBy: ['worker'],
    default: 'grpc',
  }),
  OTEL_EXPORTER_OTLP_HEADERS: variable(headers, {
    about: 'Headers for the collector: `name=value,other=value`.',
    readBy: ['worker'],
    secret: 'whole',
  }),
};
