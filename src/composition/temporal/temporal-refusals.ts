import { ConfigError } from '../../config/errors.js';
import { apiKeyOf, type TemporalConfig } from '../../config/temporal.js';

/** Temporal, or the way to it, is away: nothing that this process is told is wrong. */
export class TemporalAway extends Error {
  override readonly name = 'TemporalAway';
  /** Nobody answers at all: what people say of a server that was not started. */
  readonly isSilent: boolean;

  constructor(address: string, { why, remedy }: { why?: string; remedy?: string } = {}) {
    super(`Temporal at ${address} cannot be reached${why === undefined ? '' : `, ${why}`}: ${remedy ?? START}`);
    this.isSilent = why === undefined;
  }
}

const START = 'start it, or correct TEMPORAL_ADDRESS';
const KEY = 'TEMPORAL_API_KEY';
const CERT = 'TEMPORAL_TLS_CLIENT_CERT_PATH';
const CA = 'TEMPORAL_TLS_SERVER_CA_CERT_PATH';
const NOT_FOUND = 5;
const PERMISSION_DENIED = 7;
const UNAUTHENTICATED = 16;

/** The configuration error behind a gRPC code with which Temporal refuses us; undefined for every other code. */
export function refusalOf(code: number | undefined, temporal: TemporalConfig): ConfigError | undefined {
  const { address, namespace } = temporal;
  if (code === NOT_FOUND) {
    const remedy = 'create it, or correct the variable';
    return new ConfigError(
      'TEMPORAL_NAMESPACE',
      `is "${namespace}", which Temporal at ${address} does not have: ${remedy}`,
    );
  }
  if (code !== PERMISSION_DENIED && code !== UNAUTHENTICATED) return undefined;
  if (!hasKey(temporal)) {
    const asks = hasCertificate(temporal) ? 'does not take the client certificate alone' : 'asks for a key';
    return new ConfigError(KEY, `is not set, and Temporal at ${address} ${asks}: set it`);
  }
  if (code === UNAUTHENTICATED) {
    return new ConfigError(KEY, `is refused by Temporal at ${address}: correct it, or create another key`);
  }
  const remedy = 'give it one, or correct TEMPORAL_NAMESPACE';
  return new ConfigError(KEY, `has no right to the namespace "${namespace}" of Temporal at ${address}: ${remedy}`);
}

/** TLS was spoken, and did not end in a connection. Undefined where its code says nothing about why. */
export function tlsFault(code: string, temporal: TemporalConfig): Error | undefined {
  const { address } = temporal;
  if (/CERT_(HAS_EXPIRED|NOT_YET_VALID)/.test(code)) {
    return new TemporalAway(address, { why: `its certificate is out of date (${code})`, remedy: 'renew it there' });
  }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    const remedy = 'correct TEMPORAL_ADDRESS, or set it to the name in the certificate';
    return new ConfigError(
      'TEMPORAL_TLS_SERVER_NAME',
      `does not fit: the certificate of ${address} is for another name; ${remedy}`,
    );
  }
  if (/^(UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|CERT_)/.test(code)) return unknownAuthority(code, temporal);
  if (code.includes('ALERT')) return clientCertificateFault(temporal);
  return undefined;
}

function unknownAuthority(code: string, { address, connectionOptions: { tls } }: TemporalConfig): ConfigError {
  const isSet = typeof tls === 'object' && tls?.serverRootCACertificate !== undefined;
  const why = `the certificate of Temporal at ${address} is signed by an authority that is not known here (${code})`;
  const remedy = 'name the PEM file with that authority';
  return new ConfigError(
    CA,
    isSet ? `names other authorities: ${why}; ${remedy}` : `is not set, and ${why}: ${remedy}`,
  );
}

/** The other side asks for a client certificate, or does not take the one that it got. */
export function clientCertificateFault(temporal: TemporalConfig): ConfigError {
  const { address } = temporal;
  return hasCertificate(temporal)
    ? new ConfigError(
        CERT,
        `names a certificate that Temporal at ${address} refuses: give one that it trusts and that is valid`,
      )
    : new ConfigError(
        CERT,
        `is not set, and Temporal at ${address} asks for a client certificate: set it, and its key`,
      );
}

/** One side speaks TLS, the other plain text. */
export function tlsMismatch(temporal: TemporalConfig): ConfigError {
  const { address } = temporal;
  if (!usesTls(temporal)) {
    const remedy = 'set it to true, and TEMPORAL_TLS_SERVER_CA_CERT_PATH where the authority is your own';
    return new ConfigError('TEMPORAL_TLS', `is not set, and what answers at ${address} speaks TLS: ${remedy}`);
  }
  const by = hasKey(temporal) ? ' (a key sets it)' : '';
  return new ConfigError(
    'TEMPORAL_TLS',
    `is on${by}, and what answers at ${address} speaks plain text: set it to false`,
  );
}

export function notTemporal({ address }: TemporalConfig): ConfigError {
  return new ConfigError('TEMPORAL_ADDRESS', `is ${address}, where something answers that is not Temporal: correct it`);
}

export function usesTls({ connectionOptions: { tls } }: TemporalConfig): boolean {
  return tls !== undefined && tls !== null && tls !== false;
}

function hasKey(temporal: TemporalConfig): boolean {
  return apiKeyOf(temporal) !== undefined;
}

function hasCertificate({ connectionOptions: { tls } }: TemporalConfig): boolean {
  return typeof tls === 'object' && tls?.clientCertPair !== undefined;
}
