import { measureBackfill, type BackfillFigures } from './backfill.js';
import { measureCrowd, type CrowdFigures } from './crowd.js';
import { measureGateway, type GatewayFigures } from './gateway.js';
import { measureJourneys, type JourneyFigures } from './journeys.js';
import { measureOrchestration, type OrchestrationFigures } from './orchestration.js';
import type { PipelineFigures } from './pipeline.js';
import { measureScale, type ScaleFigures } from './scale.js';
import { measureStrike, type StrikeFigures } from './scale-strike.js';
import { measureStart, type StartFigures } from './start.js';
import { measureWaiting, type WaitFigures } from './waiting.js';
import { measureWarehouse, type WarehouseFigures } from './warehouse.js';
import { measureWebhook, type WebhookFigures } from './webhook.js';
import type { WaitName } from './budgets.js';
import type { WorkerForm } from './worker-process.js';

/** What the bench measures, by name of its command. */
export interface Figures {
  readonly orchestration: OrchestrationFigures;
  readonly waiting: readonly WaitFigures[];
  readonly crowd: CrowdFigures;
  readonly start: StartFigures;
  readonly scale: readonly ScaleFigures[];
  readonly strike: StrikeFigures;
  readonly backfill: BackfillFigures;
  readonly gateway: GatewayFigures;
  readonly journeys: JourneyFigures;
  readonly webhook: WebhookFigures;
  readonly warehouse: readonly WarehouseFigures[];
}

/** With what it is measured. */
export interface Settings {
  readonly orchestration: { readonly rates: boolean };
  readonly waiting: { readonly queries: readonly WaitName[] };
  readonly crowd: { readonly runs: number };
  readonly start: Readonly<Record<string, never>>;
  readonly scale: { readonly sizes: readonly number[]; readonly form: WorkerForm };
  readonly strike: { readonly rows: number };
  readonly backfill: { readonly slices: number; readonly width: number };
  readonly gateway: Readonly<Record<string, never>>;
  readonly journeys: { readonly legs: number };
  readonly webhook: Readonly<Record<string, never>>;
  readonly warehouse: { readonly sizes: readonly number[] };
}

export type SectionName = keyof Figures;

/** The whole document. */
export interface Report extends Partial<Figures> {
  readonly machine: string;
  readonly date: string;
  readonly pipeline?: PipelineFigures;
}

export const SECTIONS: {
  readonly [Name in SectionName]: (settings: Settings[Name]) => Promise<Figures[Name]>;
} = {
  orchestration: measureOrchestration,
  waiting: ({ queries }) => measureWaiting(queries),
  crowd: ({ runs }) => measureCrowd(runs),
  start: measureStart,
  scale: ({ sizes, form }) => measureScale(sizes, form),
  strike: measureStrike,
  backfill: measureBackfill,
  gateway: measureGateway,
  journeys: ({ legs }) => measureJourneys(legs),
  webhook: measureWebhook,
  warehouse: ({ sizes }) => measureWarehouse(sizes),
};
