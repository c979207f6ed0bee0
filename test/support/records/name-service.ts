import dns, { type LookupAddress } from 'node:dns';
import { syncBuiltinESMExports } from 'node:module';
import { isIP } from 'node:net';

type Callback = (error: NodeJS.ErrnoException | null, address: string | LookupAddress[], family?: number) => void;

export interface NameService {
  /** The names asked for so far, one for each question. */
  readonly asked: string[];
  stop(): void;
}

/**
 * Answers in the place of `dns.lookup`, for everybody in this process, whether they look up or Node does it for them.
 * @param answer addresses of a name; undefined: the real service is asked
 */
export function fakeNameService(answer: (name: string) => readonly string[] | undefined): NameService {
  const asked: string[] = [];
  const real = dns.lookup;
  const lookup = (name: string, ...rest: [Callback] | [dns.LookupOptions | number, Callback]): void => {
    asked.push(name);
    const callback = rest.length === 1 ? rest[0] : rest[1];
    const options = rest.length === 1 || typeof rest[0] === 'number' ? {} : rest[0];
    const addresses = isIP(name) === 0 ? answer(name) : undefined;
    if (addresses === undefined) {
      real(name, options, callback);
      return;
    }
    const found = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
    // Later, as the real one does it.
    setImmediate(() => {
      if (options.all) callback(null, found);
      else callback(null, found[0]?.address ?? '', found[0]?.family);
    });
  };
  // `import { lookup }` sees another one only after the second line.
  Object.assign(dns, { lookup });
  syncBuiltinESMExports();
  return {
    asked,
    stop() {
      Object.assign(dns, { lookup: real });
      syncBuiltinESMExports();
    },
  };
}
