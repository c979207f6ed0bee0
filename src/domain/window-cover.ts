/** A window of a series at a destination. Instants in milliseconds. */
export interface PlacedWindow {
  readonly from: number;
  readonly to: number;
  /** When its revision was claimed: a later window counts where two overlap. */
  readonly claimedAt: number;
  /** Decides between two that were claimed at the same instant. */
  readonly deliveryId: string;
}

/** Whether later windows cover a window wholly: then its rows are theirs. */
export function isSuperseded(window: PlacedWindow, windows: readonly PlacedWindow[]): boolean {
  const later = windows.filter((each) => isLater(each, window) && overlaps(each, window));
  let covered = window.from;
  for (const { from, to } of later.toSorted((one, other) => one.from - other.from)) {
    if (from > covered) return false;
    covered = Math.max(covered, to);
  }
  return later.length > 0 && covered >= window.to;
}

/** Windows beside this one that share an instant with it, and whose rows count, too. */
export function overlapping<W extends PlacedWindow>(window: PlacedWindow, windows: readonly W[]): readonly W[] {
  return windows.filter(
    (each) => each.deliveryId !== window.deliveryId && overlaps(each, window) && !isSuperseded(each, windows),
  );
}

export function overlaps(one: Pick<PlacedWindow, 'from' | 'to'>, other: Pick<PlacedWindow, 'from' | 'to'>): boolean {
  return one.from < other.to && other.from < one.to;
}

/** What is said of windows whose rows would be counted twice. */
export function overlapWarning(count: number): {
  readonly kind: 'overlapping-windows';
  readonly count: number;
  readonly message: string;
} {
  const windows = count === 1 ? 'another window' : `${count} other windows`;
  const message = `the window overlaps ${windows} of its series at the destination: sums over both count rows twice`;
  return { kind: 'overlapping-windows', count, message };
}

function isLater(one: PlacedWindow, than: PlacedWindow): boolean {
  if (one.deliveryId === than.deliveryId) return false;
  return one.claimedAt === than.claimedAt ? one.deliveryId > than.deliveryId : one.claimedAt > than.claimedAt;
}
