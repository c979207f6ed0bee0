/** A process, told apart from a later one with the same pid. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Opaque: when it started, as its system tells it. */
  readonly startTime: string;
}

/** When a process started; null when there is none (a zombie is none). */
export function startTimeOf(pid: number): string | null;

/** A live process by its pid; null when it is gone. */
export function identify(pid: number): ProcessIdentity | null;

/** Whether that very process still runs. */
export function isAlive(identity: ProcessIdentity): boolean;
