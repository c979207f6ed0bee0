import type { Gate } from '../../../src/ports/index.js';

const unasked = (): never => {
  throw new Error('the test expected nobody to ask the gate');
};

/** A gate of which a test says what it needs; without limits nobody asks it. */
export function aGate(own: Partial<Gate> = {}): Gate {
  return { ask: unasked, posted: unasked, renew: unasked, end: unasked, ...own };
}
