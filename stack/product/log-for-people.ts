import { prettyFactory } from 'pino-pretty';

/** The SDK says this of every worker; nobody who reads it can do anything about it. */
const NOISE = 'No Nexus services registered';

const LAYOUT = { translateTime: 'SYS:HH:MM:ss', ignore: 'pid,hostname', singleLine: true };
const plain = prettyFactory({ ...LAYOUT, colorize: false });
const coloured = prettyFactory({ ...LAYOUT, colorize: true });

/** A line of a log as a person reads it: `[08:15:02] INFO: page stored {"runKey":…}`. Empty for a line of no use. */
export function logForPeople(line: string, { color }: { readonly color: boolean }): string {
  return line.includes(NOISE) ? '' : (color ? coloured : plain)(line);
}
