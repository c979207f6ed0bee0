/** Points inside adapters, seen from outside through what the adapters stand on: undici, the file system, the Postgres driver. */
import { subscribe } from 'node:diagnostics_channel';
import { readFileSync } from 'node:fs';
import files from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import pg from 'pg';
import type { PointName } from './points.js';
import type { Reach } from './strike.js';
import { underWay } from './with-points.js';

/** Requests whose last byte is out and whose answer is not in. */
export function watchRequests(reach: Reach): void {
  subscribe('undici:request:bodySent', (message) => {
    // The channel's documented message.
    const { request } = message as { readonly request: { readonly method: string; readonly path: string } };
    reach(pointOf(request));
  });
}

const OF_CONTACTS: readonly (readonly [part: string, point: PointName])[] = [
  ['/.well-known/openid-configuration', 'discovery-asked'],
  ['/auth/token', 'grant-asked'],
  ['/contacts/completed', 'day-page-asked'],
  ['/skills/summary', 'sums-asked'],
];

function pointOf({ method, path }: { readonly method: string; readonly path: string }): PointName {
  if (path.endsWith('/oauth/token')) return 'token-asked';
  const [, asked] = OF_CONTACTS.find(([part]) => path.includes(part)) ?? [];
  if (asked !== undefined) return asked === 'day-page-asked' && !path.includes('fields=') ? 'contact-asked' : asked;
  if (method === 'GET') return path.includes('pageToken=') ? 'page-asked' : 'poll-asked';
  return path.includes('/reporting/') ? 'submit-sent' : 'webhook-sent';
}

/** Files that have got their names. */
export function watchFiles(reach: Reach): void {
  const { rename, link } = files;
  files.rename = async (from, to) => {
    await rename(from, to);
    const { rename: pointOf } = underWay.getStore() ?? {};
    if (pointOf) reach(pointOf(readFileSync(to, 'latin1')));
  };
  files.link = async (from, to) => {
    await link(from, to);
    reachInner(reach, 'link');
  };
  // Else whoever wrote `import { rename }` would still have the old ones.
  syncBuiltinESMExports();
}

/** The audit entry once it is inserted, and every COMMIT once it is out. */
export function watchStatements(reach: Reach): void {
  const query: unknown = Reflect.get(pg.Client.prototype, 'query');
  if (typeof query !== 'function') throw new TypeError('the driver has no Client.query');
  // By reflection, because the method has a dozen signatures, and all that matters here is the text.
  Reflect.set(pg.Client.prototype, 'query', function (this: pg.Client, ...args: readonly unknown[]): unknown {
    const answer: unknown = Reflect.apply(query, this, args);
    const text = typeof args[0] === 'string' ? args[0].trim() : '';
    if (text === 'COMMIT') reachInner(reach, 'commit');
    if (!text.startsWith('INSERT INTO audit') || !(answer instanceof Promise)) return answer;
    return answer.then((result: unknown) => {
      reachInner(reach, 'insert');
      return result;
    });
  });
}

function reachInner(reach: Reach, inner: 'link' | 'insert' | 'commit'): void {
  const point = underWay.getStore()?.[inner];
  if (point !== undefined) reach(point);
}
