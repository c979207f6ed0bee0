import type { Config } from '../../config/config.js';
import { checkOr, ok, type Check } from './check.js';

const NAME = 'proxies';
/** A host that nobody excepts: what holds for all that are not named. */
const ANYWHERE = { hostname: 'anywhere.invalid', port: '' };

/** Which proxies are used for what is not in NO_PROXY; nothing where there are none. */
export async function examineProxies(config: Config): Promise<readonly Check[]> {
  let found = '';
  const check = await checkOr(NAME, () => {
    const { proxies } = config.network();
    const ways = ['https', 'http'].flatMap((scheme) => {
      const proxy = proxies.for({ ...ANYWHERE, protocol: `${scheme}:` });
      return proxy === undefined ? [] : [`${scheme} through ${proxy.url.host} (${proxy.variable})`];
    });
    found = ways.join(', ');
    return Promise.resolve(ok(NAME, `${found}; not to this machine, nor where NO_PROXY says so`));
  });
  return check.status === 'ok' && found === '' ? [] : [check];
}
