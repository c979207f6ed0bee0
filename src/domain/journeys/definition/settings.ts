/** Seconds, or a text as `4 hours` or `90 s`. */
export type Span = number | string;

/** A week's opening hours, on the clocks of `timeZone`. */
export interface OpeningHours {
  readonly timeZone: string;
  /** `days` from 1 (Monday) to 7; `from` and `to` as `08:00`, `to` exclusive and at most `24:00`. */
  readonly open: readonly { readonly days: readonly number[]; readonly from: string; readonly to: string }[];
}

/** What an organisation may write; what it leaves out has the default. */
export interface SettingsInput {
  readonly horizon?: Span | Partial<Record<'email' | 'digital' | 'other', Span | undefined>> | undefined;
  readonly contained?: 'none' | readonly string[] | undefined;
  /** `tenant`: as CXone flags it. */
  readonly shortAbandon?: Span | undefined;
  readonly shortAbandons?: 'exclude' | 'dropped' | undefined;
  readonly voicemail?:
    | {
        readonly counts?: 'unresolved' | 'completed' | 'dropped' | undefined;
        readonly queues?: readonly string[] | undefined;
      }
    | undefined;
  readonly callback?:
    | {
        readonly minTalk?: Span | undefined;
        readonly notReached?: 'unresolved' | 'dropped' | undefined;
        readonly queues?: readonly string[] | undefined;
      }
    | undefined;
  readonly neverDecides?:
    | { readonly queues?: readonly string[] | undefined; readonly entryPoints?: readonly string[] | undefined }
    | undefined;
  readonly minTalk?: Span | undefined;
  readonly escalation?:
    { readonly minSelfService?: Span | undefined; readonly entryPoints?: readonly string[] | undefined } | undefined;
  readonly hours?: 'all' | OpeningHours | undefined;
}

/** Settings in full: spans are seconds, lists are sorted and without repeats. */
export interface Settings {
  readonly horizon: Readonly<Record<'email' | 'digital' | 'other', number>>;
  /** Null until somebody says which journeys self-service completes, or that there are none. */
  readonly contained: 'none' | readonly string[] | null;
  readonly shortAbandon: 'tenant' | number;
  readonly shortAbandons: 'exclude' | 'dropped';
  readonly voicemail: { readonly counts: 'unresolved' | 'completed' | 'dropped'; readonly queues: readonly string[] };
  readonly callback: {
    readonly minTalk: number;
    readonly notReached: 'unresolved' | 'dropped';
    readonly queues: readonly string[];
  };
  readonly neverDecides: { readonly queues: readonly string[]; readonly entryPoints: readonly string[] };
  readonly minTalk: number;
  readonly escalation: { readonly minSelfService: number; readonly entryPoints: readonly string[] };
  readonly hours: 'all' | OpeningHours;
}

export const DEFAULT_SETTINGS: Settings = {
  horizon: { email: 604_800, digital: 604_800, other: 14_400 },
  contained: null,
  shortAbandon: 'tenant',
  shortAbandons: 'exclude',
  voicemail: { counts: 'unresolved', queues: [] },
  callback: { minTalk: 30, notReached: 'unresolved', queues: [] },
  neverDecides: { queues: [], entryPoints: [] },
  minTalk: 0,
  escalation: { minSelfService: 0, entryPoints: [] },
  hours: 'all',
};
