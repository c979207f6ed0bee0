import { X509Certificate } from 'node:crypto';
import { readNamedFile } from '../environment.js';
import { ConfigError } from '../errors.js';

const BLOCK = /-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----[\s\S]*?-----END (?:X509 |TRUSTED )?CERTIFICATE-----/g;

/** The text of a PEM file that a variable names. TLS itself would take a file without a certificate, and trust nobody. */
export function readCertificates(variable: string, path: string): string {
  const pem = readNamedFile(variable, path);
  requireCertificates(variable, pem, path);
  return pem;
}

/** Throws unless there is at least one certificate in the text, and each of them can be read. */
export function requireCertificates(variable: string, pem: string, path = 'its file'): void {
  const blocks = pem.match(BLOCK) ?? [];
  const begun = pem.match(/-----BEGIN [^-]*CERTIFICATE-----/g) ?? [];
  if (begun.length === 0) {
    throw new ConfigError(variable, `names a file without a certificate in it: ${path} must be PEM`);
  }
  if (blocks.length < begun.length || !blocks.every(isReadable)) {
    throw new ConfigError(variable, `names a file with a certificate that cannot be read: copy ${path} again, as PEM`);
  }
}

function isReadable(block: string): boolean {
  try {
    // OpenSSL's own form has more behind the certificate, which Node's class does not read.
    if (block.startsWith('-----BEGIN TRUSTED')) return true;
    new X509Certificate(block.replaceAll('X509 CERTIFICATE', 'CERTIFICATE'));
    return true;
  } catch {
    return false;
  }
}
