import type { Env } from './environment.js';
import type { Scrubber } from '../observability/log.js';

const NAMES_A_SECRET = /(SECRET|PASSWORD|API_KEY|SECRET_ACCESS_KEY|SESSION_TOKEN)$/;

/** Teaches the scrubber what in the environment must never be written anywhere. What is read from files, its reader teaches. */
export function learnSecrets(env: Env, scrubber: Scrubber): void {
  for (const [name, value = ''] of Object.entries(env)) {
    if (NAMES_A_SECRET.test(name)) [value, ...value.split(/\s+/)].forEach(scrubber.learn);
  }
  learnPassword(env['DATABASE_URL'] ?? '', scrubber);
}

/** The password in a URL, if it has one. */
export function learnPassword(url: string, { learn }: Scrubber): void {
  if (!URL.canParse(url)) return;
  const { password } = new URL(url);
  learn(password);
  try {
    learn(decodeURIComponent(password));
  } catch {
    // A stray percent sign: it is written the way it is.
  }
}
