import { ConfigError } from '../../config/config.js';
import type { Gateway } from '../parts.js';

interface Place {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
}

/** @returns the address, without a slash at its end @throws ConfigError where nobody may listen there */
export async function listenOn(app: Gateway, { host, port }: Place): Promise<string> {
  try {
    return await app.listen({ host, port });
  } catch (error) {
    throw placeProblem(error, { host, port }) ?? error;
  }
}

function placeProblem(error: unknown, { host, port }: Place): ConfigError | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  switch (code) {
    case 'EADDRINUSE':
      return new ConfigError('GATEWAY_PORT', `is taken: somebody listens on port ${port} of ${host} already`);
    case 'EACCES':
      return new ConfigError('GATEWAY_PORT', `is not for everybody: port ${port} takes rights that this process lacks`);
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new ConfigError('GATEWAY_HOST', `is no address of this machine: ${host}`);
    default:
      return undefined;
  }
}
