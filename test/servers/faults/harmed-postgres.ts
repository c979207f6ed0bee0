import type { ActivityDependencies } from '../../../src/activities/index.js';
import { RecordsError } from '../../../src/records/postgres/errors.js';
import { openRecords, type Records } from '../../../src/records/open-records.js';
import { startFront, type Front } from '../../support/sources/front.js';
import { execute, holdLock } from '../../support/records/postgres.js';
import type { PostgresKind, RecordStep } from './postgres-kinds.js';

type Ports = Pick<ActivityDependencies, 'runs' | 'submissions' | 'ledger' | 'audit'>;
type Mend = () => Promise<unknown>;

/** A Postgres of one run's own, that comes to harm when a step wants to use it. */
export interface HarmedPostgres {
  readonly ports: Ports;
  /** Codes of what the product said of it, in order. */
  readonly codes: readonly string[];
  stop(): Promise<void>;
}

/** The call by which a step begins, and the table that it writes. */
const STEPS: Readonly<Record<RecordStep, { readonly method: string; readonly table: string }>> = {
  plan: { method: 'open', table: 'runs' },
  submit: { method: 'begin', table: 'submissions' },
  submitted: { method: 'settle', table: 'submissions' },
  deliver: { method: 'claim', table: 'deliveries' },
  acknowledged: { method: 'recordAnswer', table: 'delivery_answers' },
  audit: { method: 'append', table: 'audit' },
};

/** Longer than anything here takes, shorter than the 15 s of production. */
const STEP_MS = 3_000;

/**
 * @param url of a database of its own
 * @param admin of another one
 */
export async function harmedPostgres(
  { harm }: PostgresKind,
  step: RecordStep,
  { url, admin }: { url: string; admin: string },
): Promise<HarmedPostgres> {
  const front = await startFront(new URL(url));
  const through = Object.assign(new URL(url), { port: String(front.port) });
  const limits = harm === 'locked' ? { stepMs: STEP_MS } : {};
  const records = await openRecords({ url: through.href, limits, now: Date.now, signal: AbortSignal.timeout(120_000) });
  const { method: struckMethod, table } = STEPS[step];
  const failures = new Set<RecordsError>();
  let mend: Mend | null = null;
  let struck = false;

  const guard = async <T>(method: string, call: () => Promise<T>): Promise<T> => {
    if (failures.size > 0 && mend !== null) {
      const mended = mend;
      mend = null;
      await mended();
    }
    if (method === struckMethod && !struck) {
      struck = true;
      mend = await HARMS[harm]({ front, url, admin, table });
    }
    try {
      return await call();
    } catch (error) {
      if (error instanceof RecordsError) failures.add(error);
      throw error;
    }
  };
  return {
    ports: portsOf(records, guard),
    get codes() {
      return [...failures].map(({ details }) => details.code ?? '');
    },
    async stop() {
      await records.close();
      await front.stop();
    },
  };
}

type Guard = <T>(method: string, call: () => Promise<T>) => Promise<T>;

function portsOf({ runs, submissions, ledger, audit }: Records, guard: Guard): Ports {
  return {
    runs: { ...runs, open: (...call) => guard('open', () => runs.open(...call)) },
    submissions: {
      ...submissions,
      begin: (...call) => guard('begin', () => submissions.begin(...call)),
      settle: (...call) => guard('settle', () => submissions.settle(...call)),
    },
    ledger: {
      ...ledger,
      claim: (...call) => guard('claim', () => ledger.claim(...call)),
      recordAnswer: (...call) => guard('recordAnswer', () => ledger.recordAnswer(...call)),
    },
    audit: { ...audit, append: (...call) => guard('append', () => audit.append(...call)) },
  };
}

interface Place {
  readonly front: Front;
  readonly url: string;
  readonly admin: string;
  readonly table: string;
}

/** Each does its harm and resolves to what mends it. */
const HARMS: Readonly<Record<PostgresKind['harm'], (place: Place) => Promise<Mend>>> = {
  async refused({ front }) {
    await front.refuse();
    return () => front.open();
  },
  async terminated({ url, table }) {
    await execute(
      url,
      `CREATE FUNCTION harm() RETURNS trigger LANGUAGE plpgsql AS $$
         BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NEW; END $$;
       CREATE TRIGGER harm BEFORE INSERT OR UPDATE ON ${table} FOR EACH ROW EXECUTE FUNCTION harm();`,
    );
    return () => execute(url, `DROP TRIGGER harm ON ${table}`);
  },
  'answer lost': ({ front }) => {
    front.breakAfter(/COMMIT(?!TED)|INSERT INTO runs/);
    return Promise.resolve(() => Promise.resolve());
  },
  async locked({ url, table }) {
    const lock = await holdLock(url, `LOCK TABLE ${table}`);
    return () => lock.release();
  },
  async 'read-only'({ front, url, admin }) {
    const name = new URL(url).pathname.slice(1);
    await execute(admin, `ALTER DATABASE ${name} SET default_transaction_read_only = on`);
    await front.drop();
    return async () => {
      await execute(admin, `ALTER DATABASE ${name} RESET default_transaction_read_only`);
      await front.drop();
    };
  },
};
