/**
 * Every variable of the environment that the product reads, said once: parsing, `.env.example`, docs/configuration.md and
 * what the scrubber learns come from here (`node --import tsx scripts/configuration.ts`).
 */
import { DELIVERY_VARIABLES } from './variables/delivery.js';
import { GATEWAY_VARIABLES, WORKER_VARIABLES } from './variables/programs.js';
import { METRICS_VARIABLES } from './variables/metrics.js';
import { NETWORK_VARIABLES } from './variables/network.js';
import { OTHER_VARIABLES } from './variables/others.js';
import { SOURCE_VARIABLES } from './variables/source.js';
import { S3_VARIABLES, STATE_VARIABLES } from './variables/state.js';
import type { Variable } from './variables/variable.js';

export const VARIABLES = {
  ...SOURCE_VARIABLES,
  ...DELIVERY_VARIABLES,
  ...STATE_VARIABLES,
  ...S3_VARIABLES,
  ...NETWORK_VARIABLES,
  ...WORKER_VARIABLES,
  ...GATEWAY_VARIABLES,
  ...METRICS_VARIABLES,
  ...OTHER_VARIABLES,
};

export type VariableName = keyof typeof VARIABLES;

/** What reading a variable gives: undefined where it is not set and has no default. */
export type Value<Name extends VariableName> =
  (typeof VARIABLES)[Name] extends Variable<infer T, infer Default>
    ? Default extends string
      ? T
      : T | undefined
    : never;

/** How they are grouped for people; `inExample`: shown in `.env.example`. */
export const GROUPS: readonly {
  readonly title: string;
  readonly variables: Readonly<Record<string, Variable<unknown>>>;
  readonly inExample: boolean;
}[] = [
  { title: 'The source', variables: SOURCE_VARIABLES, inExample: true },
  { title: 'Where results go', variables: DELIVERY_VARIABLES, inExample: true },
  { title: 'Temporal, Postgres, datasets', variables: STATE_VARIABLES, inExample: true },
  { title: 'S3, when DATASET_URL names a bucket', variables: S3_VARIABLES, inExample: true },
  { title: 'The network: see docs/networks.md', variables: NETWORK_VARIABLES, inExample: true },
  { title: 'The worker and the commands', variables: WORKER_VARIABLES, inExample: true },
  { title: 'The gateway', variables: GATEWAY_VARIABLES, inExample: true },
  { title: 'Metrics: see docs/metrics.md', variables: METRICS_VARIABLES, inExample: true },
  { title: 'Of the system and other programs', variables: OTHER_VARIABLES, inExample: false },
];
