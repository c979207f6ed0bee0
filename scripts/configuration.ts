/** `node --import tsx scripts/configuration.ts`: writes .env.example and docs/configuration.md from the table of variables. */
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Variable } from '../src/config/variables/variable.js';
import { GROUPS } from '../src/config/variables.js';
import { withBlock } from './generated.js';

export const COMMAND = 'node --import tsx scripts/configuration.ts';
export const ENV_EXAMPLE = fileURLToPath(new URL('../.env.example', import.meta.url));
export const CONFIGURATION_PAGE = fileURLToPath(new URL('../docs/configuration.md', import.meta.url));

/** Passwords that docker-compose.yml gives its Postgres. The product reads none of them. */
export const COMPOSE_VARIABLES = {
  POSTGRES_PASSWORD: 'The superuser, which nothing uses after the first start.',
  TEMPORAL_DB_PASSWORD: "Temporal's own databases.",
  RECORDS_DB_PASSWORD: 'Records and audit trail.',
} as const;

const EXAMPLE_HEAD = `# Every variable that the product reads. Written by \`${COMMAND}\`.
# Copy to .env, which \`docker compose\` reads by itself; for everything else: \`set -a; . ./.env; set +a\`.
# A line that is commented out shows the default; empty is the same as not set. Any variable that names no file itself may
# be read from one: CXONE_CLIENT_SECRET_FILE=/run/secrets/cxone names a file that holds the secret.
# \`npm run demo\` reads none of them; \`npm run dev\` brings what is not set: Temporal, Postgres, a simulated CXone.
`;

/** The whole of .env.example. */
export function envExample(): string {
  const groups = GROUPS.filter(({ inExample }) => inExample).map(({ title, variables }) =>
    group(title, Object.entries(variables).flatMap(exampleLines)),
  );
  const compose = Object.entries(COMPOSE_VARIABLES).flatMap(([name, about]) => [`# ${about}`, `#${name}=`]);
  const title = 'docker compose only: passwords for its Postgres, letters and digits (openssl rand -hex 24)';
  return [EXAMPLE_HEAD, ...groups, group(title, compose)].join('\n');
}

function group(title: string, lines: readonly string[]): string {
  return [`# --- ${title} `.padEnd(120, '-'), '', ...lines, ''].join('\n');
}

function exampleLines([name, facts]: [string, Variable<unknown>]): readonly string[] {
  const { about, default: value = '', otherwise, isUsual } = facts;
  const absent = otherwise === undefined ? '' : ` Otherwise: ${otherwise}.`;
  return [`# ${about}${absent}`, `${isUsual ? '' : '#'}${name}=${value.includes(' ') ? `'${value}'` : value}`];
}

/** docs/configuration.md with its tables written from the variables. */
export function withVariableTables(document: string): string {
  const tables = GROUPS.map(({ title, variables }) =>
    [`## ${title}`, '', ...HEAD, ...Object.entries(variables).map(row)].join('\n'),
  );
  return withBlock(document, 'docs/configuration.md', tables.join('\n\n'));
}

const HEAD = ['| Variable | Kind | Default | Read by | What it is |', '| --- | --- | --- | --- | --- |'];

function row([name, facts]: [string, Variable<unknown>]): string {
  const { kind, about, default: value, otherwise = '', readBy, secret } = facts;
  const kinds = `${kind.name}${secret === undefined ? '' : ', secret'}`;
  const usual = value === undefined ? otherwise : `\`${value}\``;
  const cells = [`\`${name}\``, kinds, usual, readBy.join(', '), about];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await writeFile(ENV_EXAMPLE, envExample());
  await writeFile(CONFIGURATION_PAGE, withVariableTables(await readFile(CONFIGURATION_PAGE, 'utf8')));
}
