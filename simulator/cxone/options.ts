import type { Catalogue } from '../../src/ports/index.js';
import type { FaultSchedule } from '../faults/named.js';
import type { ReportingOptions } from '../reporting/reporting.js';
import type { DataSettingsInput } from '../rows/settings.js';
import type { Tenant } from './credentials.js';
import type { Cap } from './queries.js';
import type { RateLimit } from './rate-limit.js';

/** Everything has a default: a simulator of one organisation, `acme`, with clean data and no faults. */
export interface SimulatorOptions {
  /** Default 127.0.0.1. */
  readonly host?: string | undefined;
  /** Default 0: any free one. */
  readonly port?: number | undefined;
  readonly tenants?: readonly Tenant[];
  /** Scope of the tokens; without `reporting:analytics:read` and `journeys:read` the API answers 403. */
  readonly scope?: string;
  /** `expires_in` of tokens in seconds; default 3600. */
  readonly tokenLifetimeS?: number;
  /** Start of every token, e.g. a canary. */
  readonly tokenPrefix?: string;
  readonly data?: DataSettingsInput;
  /**
   * A query is ready once both have passed since its submission; default: after one poll. One whose window is longer
   * than `neverAboveHours` never is.
   */
  readonly run?: { readonly polls?: number; readonly ms?: number; readonly neverAboveHours?: number };
  readonly cap?: Cap;
  /** Whether pages state `totalCount`; default true. */
  readonly stateTotal?: boolean;
  /** Whether `Idempotency-Key` is honoured; default true. */
  readonly idempotent?: boolean;
  readonly rateLimit?: RateLimit;
  /** Form of the `Location`; default `path`. */
  readonly location?: 'path' | 'absolute';
  readonly faults?: FaultSchedule;
  /** Seed of faults by rate; default `faults`. */
  readonly faultSeed?: string;
  /** NDJSON file that the journal is appended to. */
  readonly journalFile?: string | undefined;
  /** Keeps `<queryId>.json` in this folder for every query that is accepted: the array of its true rows, without any fault. */
  readonly resultFolder?: string | undefined;
  readonly catalogue?: Catalogue;
  /** Real CXone beside it, on the same address. */
  readonly reporting?: ReportingOptions;
  /** Milliseconds since the epoch; the system's clock unless given. */
  readonly now?: () => number;
}
