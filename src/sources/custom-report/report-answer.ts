import { CxoneError, malformed } from '../http/errors.js';
import type { HttpAnswer } from '../http/http.js';
import { parseJsonObject, printable } from '../http/json-body.js';

const BASE64 = /^[A-Za-z0-9+/\r\n]*={0,2}\s*$/;

/** The CSV that a 200 carries as base64. A refusal is a 200, too, with the reason in `errorMessage`. */
export function fileIn({ body }: HttpAnswer, hide: (text: string) => string): Uint8Array {
  const { errorMessage, file } = parseJsonObject(body, 'page');
  if (typeof errorMessage === 'string' && errorMessage.trim() !== '') {
    const message = `CXone refuses the report: ${printable(hide(errorMessage))}`;
    throw new CxoneError('QueryRejected', message, { operation: 'page', status: 200, effect: 'none' });
  }
  if (typeof file !== 'string' || !BASE64.test(file)) {
    throw malformed('page', 'has no file as base64', { status: 200 });
  }
  return Buffer.from(file, 'base64');
}
