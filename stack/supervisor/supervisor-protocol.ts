import { z } from 'zod';

/** What the supervisor is to run; a server that is absent belongs to somebody else. */
const stackPlan = z.object({
  home: z.string(),
  temporal: z
    .object({
      binary: z.string(),
      namespace: z.string(),
      ui: z.boolean(),
      dynamicConfig: z.array(z.string()),
      inMemory: z.boolean(),
    })
    .optional(),
  postgres: z.boolean(),
  /** `name=value`, as `postgres -c` takes them. */
  postgresSettings: z.array(z.string()),
  /** Of each server within a minute, before it is given up; see `keepUp`. */
  deathsAtMost: z.int().nonnegative().optional(),
});
export type StackPlan = z.infer<typeof stackPlan>;

const temporalState = z.object({ pid: z.number(), port: z.number(), uiPort: z.number().nullable() });
const postgresState = z.object({ pid: z.number(), port: z.number(), url: z.string() });

/** The servers as they are now; a server that died and was started again has another pid. */
const serverStates = z.object({ temporal: temporalState.optional(), postgres: postgresState.optional() });
export type ServerStates = z.infer<typeof serverStates>;

export const toSupervisor = z.discriminatedUnion('type', [
  z.object({ type: z.literal('start'), plan: stackPlan }),
  z.object({ type: z.literal('stop') }),
]);
export type ToSupervisor = z.infer<typeof toSupervisor>;

export const fromSupervisor = z.discriminatedUnion('type', [
  z.object({ type: z.literal('running'), servers: serverStates }),
  /** The last word: the supervisor stops what it has started and ends. */
  z.object({
    type: z.literal('failed'),
    kind: z.enum(['port-busy', 'home-in-use', 'disk', 'download-failed', 'server-failed', 'unsupported']),
    message: z.string(),
  }),
]);
export type FromSupervisor = z.infer<typeof fromSupervisor>;
