import { createHash } from 'node:crypto';
import { request, type IncomingMessage } from 'node:http';
import type { TestContext } from 'node:test';
import { listen, type Received, type Reply } from '../gateway/loopback.js';

/** S3's way to say no. */
export function refusal(status: number, code: string): Reply {
  const body = `<?xml version="1.0"?><Error><Code>${code}</Code><Message>secret-detail</Message></Error>`;
  return { status, headers: { 'content-type': 'application/xml' }, body };
}

/**
 * A server that passes everything on to another, headers as they are: the signature covers them.
 * @param refuse an answer of its own for some requests
 */
export async function passOn(
  t: TestContext,
  target: URL | undefined,
  onPart: () => void,
  refuse: (request: Received) => Reply | undefined = () => undefined,
): Promise<URL> {
  const { url } = await listen(t, (request) => refuse(request) ?? onward(request));
  const onward =
    ({ method, path, headers, body }: Received): Reply =>
    (response) => {
      if (method === 'PUT') onPart();
      const onAnswer = (answer: IncomingMessage): void => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      };
      const sent = request({ host: target?.hostname, port: target?.port, method, path, headers }, onAnswer);
      sent.on('error', () => response.destroy()).end(body);
    };
  return url;
}

/** What a store says to a delete of several objects that lacks the header which it wants; it knows no newer checksum. */
export function wantsMd5({ method, path, headers, body }: Received): Reply | undefined {
  if (method !== 'POST' || !path.includes('?delete')) return undefined;
  const md5 = createHash('md5').update(body).digest('base64');
  const others = Object.keys(headers).filter((name) => name.startsWith('x-amz-checksum-'));
  return headers['content-md5'] === md5 && others.length === 0 ? undefined : refusal(400, 'MissingContentMD5');
}
