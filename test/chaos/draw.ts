import { hashText, mix, uniform } from '../../simulator/seeded.js';

/** Numbers that follow from a seed, from what they are for, and from how many have been drawn for that before. */
export type Draw = (what: string, index?: number) => number;

/** Uniform in [0, 1). */
export function drawFrom(seed: string): Draw {
  return (what, index = 0) => uniform(mix(hashText(seed, what), index));
}

/** A whole number in [from, to]. */
export function wholeBetween(from: number, to: number, drawn: number): number {
  return from + Math.floor(drawn * (to - from + 1));
}

export function oneOf<T>(choices: readonly [T, ...T[]], drawn: number): T {
  return choices[Math.floor(drawn * choices.length)] ?? choices[0];
}

/** The choices in an order that follows from the seed. */
export function shuffled<T>(choices: readonly T[], draw: Draw, what: string): readonly T[] {
  return choices
    .map((choice, index) => ({ choice, at: draw(what, index) }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ choice }) => choice);
}
