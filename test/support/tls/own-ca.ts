import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Files in PEM. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** An authority of a test's own. */
export interface OwnCa {
  /** File of its certificate. */
  readonly file: string;
  /** A certificate for these names, e.g. `DNS:localhost,IP:127.0.0.1`, in files named after it. */
  issue(name: string, altNames: string): Certificate;
}

/** Makes an authority in a folder, by `openssl`. */
export function ownCa(folder: string, name = 'ca'): OwnCa {
  const at = (file: string): string => join(folder, file);
  const openssl = (...args: readonly string[]): void => {
    execFileSync('openssl', args, { stdio: ['ignore', 'ignore', 'pipe'] });
  };
  const ca = { cert: at(`${name}.crt`), key: at(`${name}.key`) };
  const fresh = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '30'];
  openssl('req', '-x509', ...fresh, '-subj', `/CN=${name} of a test`, '-keyout', ca.key, '-out', ca.cert);
  return {
    file: ca.cert,
    issue(issued, altNames) {
      const certificate = { cert: at(`${issued}.crt`), key: at(`${issued}.key`) };
      const request = at(`${issued}.csr`);
      const names = at(`${issued}.ext`);
      writeFileSync(names, `subjectAltName=${altNames}\n`);
      openssl('req', ...fresh.slice(0, -2), '-subj', `/CN=${issued}`, '-keyout', certificate.key, '-out', request);
      const by = ['-CA', ca.cert, '-CAkey', ca.key, '-CAcreateserial', '-days', '30', '-extfile', names];
      openssl('x509', '-req', '-in', request, ...by, '-out', certificate.cert);
      return certificate;
    },
  };
}
