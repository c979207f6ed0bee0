import type { Cell, ColumnType } from '../../../ports/index.js';

const DAY_MS = 86_400_000;

/** A day as `2026-11-01`, an instant as `2026-11-01T08:00:00.000Z`; every other value as it is. */
export function plainValue(value: Cell, type: ColumnType): Cell {
  if (typeof value !== 'number') return value;
  if (type === 'date') return new Date(value * DAY_MS).toISOString().slice(0, 10);
  if (type === 'instant') return new Date(value).toISOString();
  return value;
}
