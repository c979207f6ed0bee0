import type { HttpAnswer } from '../http/http.js';
import { isJsonObject, parseJson, printable, type JsonObject } from '../http/json-body.js';

/** Takes the secrets that an adapter sends out of what it is told, before anybody else sees it. */
export interface SecretHider {
  hide(text: string): string;
  learn(secret: string): void;
}

const HIDDEN = '[redacted]';
/** Shorter ones would take ordinary words out of every sentence. */
const SHORTEST = 6;
/** Tokens come one after the other for as long as a process lives; what is gone from here is no longer sent either. */
const KEPT = 32;

export function createSecretHider(secrets: readonly string[]): SecretHider {
  const known = new Set<string>();
  const learn = (secret: string): void => {
    if (secret.length < SHORTEST) return;
    known.add(secret);
    const [oldest] = known;
    if (known.size > KEPT && oldest !== undefined) known.delete(oldest);
  };
  const fixed = secrets.filter((secret) => secret.length >= SHORTEST).flatMap(spellings);
  return {
    hide: (text) => [...fixed, ...known].reduce((clean, secret) => clean.replaceAll(secret, HIDDEN), text),
    learn,
  };
}

/** As it is, and as forms, URLs and JSON write it; the longest first, so that none leaves a piece of another. */
function spellings(secret: string): readonly string[] {
  const form = new URLSearchParams({ s: secret }).toString().slice(2);
  const all = new Set([secret, encodeURIComponent(secret), form, JSON.stringify(secret).slice(1, -1)]);
  return [...all].sort((a, b) => b.length - a.length);
}

/**
 * What CXone says against a request, for a person: the header of the Reporting API, else the first text that one of its
 * parts uses. At most 200 characters, untrusted, only ever shown; never the body. Undefined when there is none.
 */
export function reasonIn({ statusDescription, body }: HttpAnswer, hider: SecretHider): string | undefined {
  const value = parseJson(body);
  const document = isJsonObject(value) ? value : {};
  const candidates = [statusDescription, ...textsOf(document)];
  const said = candidates.find((text) => typeof text === 'string' && text.trim() !== '');
  return typeof said === 'string' ? printable(hider.hide(said)) : undefined;
}

function textsOf(document: JsonObject): readonly unknown[] {
  const { errorDescription, error_description: description, message, errors, error } = document;
  const first: unknown = Array.isArray(errors) ? errors[0] : undefined;
  return [errorDescription, description, message, isJsonObject(first) ? first['message'] : undefined, error];
}
