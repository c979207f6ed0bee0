import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { readConfig } from '../../../src/config/config.js';
import type { Env } from '../../../src/config/environment.js';
import { ConfigError } from '../../../src/config/errors.js';
import type { GatewayConfig } from '../../../src/config/gateway.js';

const BASE = {
  TEMPORAL_ADDRESS: 'localhost:7233',
  DATABASE_URL: 'postgres://records@localhost/records',
  JOURNEY_METRICS_HOME: '/nowhere',
};
const KEYS = { ...BASE, GATEWAY_KEYS_FILE: '/etc/keys' };

function readGatewayConfig(env: Env, options: { keyless: boolean }): GatewayConfig {
  return readConfig(env).gateway(options);
}

suite('the configuration of the gateway', () => {
  test('has defaults for everything but the keys and the records', () => {
    const config = readGatewayConfig(KEYS, { keyless: false });
    const { host, port, keysFile, requestsPerMinute } = config.listen;
    assert.deepEqual([host, port, keysFile, requestsPerMinute], ['127.0.0.1', 8080, '/etc/keys', 600]);
    assert.deepEqual([config.org, readConfig(KEYS).logLevel()], [undefined, 'info']);
  });

  test('goes without keys in dev only, and there on loopback only', () => {
    for (const host of ['127.0.0.1', '127.1.2.3', '::1', 'localhost']) {
      assert.equal(
        readGatewayConfig({ ...BASE, GATEWAY_HOST: host }, { keyless: true }).listen.keysFile,
        undefined,
        host,
      );
    }
    for (const host of ['0.0.0.0', '::', '10.0.0.1', 'gateway.example.com', '127.example.com']) {
      assert.throws(
        () => readGatewayConfig({ ...BASE, GATEWAY_HOST: host }, { keyless: true }),
        names('GATEWAY_KEYS_FILE'),
      );
    }
    assert.throws(() => readGatewayConfig(BASE, { keyless: false }), names('GATEWAY_KEYS_FILE'));
    assert.equal(readGatewayConfig({ ...KEYS, GATEWAY_HOST: '0.0.0.0' }, { keyless: false }).listen.host, '0.0.0.0');
  });

  test('names the variable that is wrong', () => {
    for (const [variable, values] of Object.entries({
      GATEWAY_PORT: ['-1', '65536', '80a', '1e3', '8080.5'],
      GATEWAY_RATE: ['0', 'many', '-5'],
    })) {
      for (const value of values) {
        assert.throws(() => readGatewayConfig({ ...KEYS, [variable]: value }, { keyless: false }), names(variable));
      }
    }
  });
});

function names(variable: string): (error: unknown) => boolean {
  return (error) => error instanceof ConfigError && error.variable === variable;
}
