import { randomBytes } from 'node:crypto';

export interface Job {
  readonly id: string;
  readonly org: string;
  readonly entity: string;
  readonly startDate: string;
  readonly endDate: string;
  readonly startedAtMs: number;
  polls: number;
}

/** Jobs by id, oldest first, and the addresses that were signed for their results. */
export class JobBook {
  readonly #jobs = new Map<string, Job>();
  readonly #signed = new Map<string, { readonly job: Job; readonly untilMs: number }>();

  start(job: Job): void {
    this.#jobs.set(job.id, job);
  }

  of(org: string): readonly Job[] {
    return [...this.#jobs.values()].filter((job) => job.org === org);
  }

  sign(job: Job, untilMs: number): string {
    const key = randomBytes(16).toString('hex');
    this.#signed.set(key, { job, untilMs });
    return key;
  }

  signed(key: string): { readonly job: Job; readonly untilMs: number } | undefined {
    return this.#signed.get(key);
  }
}
