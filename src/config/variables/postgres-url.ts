import { BadValue } from '../errors.js';
import { url, type Kind } from '../kinds.js';
import { PERCENT_ENCODE } from '../url-secrets.js';

const FORM = /^postgres(?:ql)?:\/\/(?:([^/?#@]*)@)?([^/?#@]*)(\/[^?#@]*)?(\?[^#@]*)?$/;
const PARTS = 'write postgres://user:password@host:port/database';

/**
 * Keeps the text, which the driver reads itself. Refused is what it reads otherwise than a person, or than the rest of
 * us: then a part of the password could pass for a host or a database, and be shown.
 */
export const postgresUrl: Kind<string> = url((value: string) => {
  if (value.startsWith('socket:')) {
    throw new BadValue('must not be a socket: URL: write postgres:///database?host=/folder/of/the/socket');
  }
  if (!/^postgres(ql)?:\/\//.test(value)) throw new BadValue(`is not a Postgres URL: ${PARTS}`);
  const [, credentials = '', host = '', , query = ''] = FORM.exec(value) ?? [];
  if (!FORM.test(value) || /[\s\\]|%(?![\da-f]{2})/i.test(value) || /:.*:/.test(credentials)) {
    throw new BadValue(`has a character that must be escaped: ${PERCENT_ENCODE}`);
  }
  const parameters = new URLSearchParams(query);
  const hosts = [host, ...['host', 'port'].flatMap((name) => parameters.getAll(name))];
  if (hosts.some((each) => /,|%2c/i.test(each))) {
    throw new BadValue('names several hosts: name one, the primary or a proxy in front of them');
  }
  if (!URL.canParse(value)) throw new BadValue(`is not a Postgres URL: ${PARTS}`);
  return value;
});
