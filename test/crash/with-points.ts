import { AsyncLocalStorage } from 'node:async_hooks';
import type { ActivityDependencies } from '../../src/activities/index.js';
import { between } from '../support/sources/between.js';
import type { PointName } from './points.js';
import { PORT_POINTS, type Effect, type NoEffect, type PointsOf, type Within } from './port-points.js';
import type { Reach } from './strike.js';

/** Any effect, once it no longer matters whose it is. */
type AnyEffect = Effect<readonly unknown[], unknown>;

/** The inner points of the port method that is under way, for those who watch its adapter from outside. */
export const underWay = new AsyncLocalStorage<Within>();

/** The same ports, reaching their points on the way. */
export function withPoints(dependencies: ActivityDependencies, reach: Reach): ActivityDependencies {
  const { source, destination, ...own } = PORT_POINTS;
  const ports = Object.entries(own).map(([name, points]) => {
    const port = dependencies[name as keyof typeof own];
    return [name, watched(port, points as PointsOf<typeof port>, reach)];
  });
  const directory = between(dependencies.directory, {
    source: (it) => watched(it, source, reach),
    destination: (it) => watched(it, destination, reach),
  });
  // The casts forget which port is whose: every one is its own, with points before and after.
  return { ...dependencies, ...(Object.fromEntries(ports) as typeof dependencies), directory };
}

function watched<Port extends object>(port: Port, points: PointsOf<Port>, reach: Reach): Port {
  // The cast forgets whose arguments are whose: that was checked where the table is written.
  const effects = points as Readonly<Record<PropertyKey, AnyEffect | NoEffect>>;
  return new Proxy(port, {
    get(target, name): unknown {
      const method: unknown = Reflect.get(target, name);
      const effect = effects[name];
      if (typeof method !== 'function' || typeof effect !== 'object') return method;
      return (...args: readonly unknown[]) =>
        pastPoints(effect, reach, args, (given) => Reflect.apply(method, target, given) as unknown);
    },
  });
}

async function pastPoints(
  effect: AnyEffect,
  reach: Reach,
  args: readonly unknown[],
  call: (args: readonly unknown[]) => unknown,
): Promise<unknown> {
  const { before, after, thrown, within = {} } = effect;
  reach(typeof before === 'string' ? before : before(...args));
  let result: unknown;
  try {
    result = await underWay.run(within, () => call(announced(args, within.callback, reach)));
  } catch (error) {
    const point = thrown?.(...args);
    if (point !== undefined) reach(point);
    throw error;
  }
  reach(typeof after === 'string' ? after : after(result, ...args));
  return result;
}

/** The same arguments; functions among them reach the point before they do their work. */
function announced(args: readonly unknown[], point: PointName | undefined, reach: Reach): readonly unknown[] {
  if (point === undefined) return args;
  return args.map((argument) => {
    if (typeof argument !== 'function') return argument;
    return (...given: readonly unknown[]): unknown => {
      reach(point);
      return Reflect.apply(argument, undefined, given) as unknown;
    };
  });
}
