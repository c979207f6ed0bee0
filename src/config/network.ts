import { createProxies, PRODUCT, type Network, type ProxyServer } from '../network/proxies.js';
import type { Variables } from './environment.js';
import { packageVersion } from './places.js';

/** How other systems are reached by HTTP: proxies as the environment names them, and who asks. */
export function readNetwork(variables: Variables): Network {
  const proxy = (name: 'HTTPS_PROXY' | 'HTTP_PROXY'): ProxyServer | undefined => {
    const variable = variables.isSet(name) ? name : 'ALL_PROXY';
    const named = variables.get(variable);
    if (named === undefined) return undefined;
    if (named.authorization !== undefined) variables.learn(named.authorization.replace('Basic ', ''));
    return { ...named, variable };
  };
  const https = proxy('HTTPS_PROXY');
  const http = proxy('HTTP_PROXY');
  const noProxy = variables.get('NO_PROXY');
  return {
    proxies: createProxies({
      ...(https && { https }),
      ...(http && { http }),
      ...(noProxy !== undefined && { noProxy }),
    }),
    userAgent: `${PRODUCT}/${packageVersion()}`,
  };
}
