/** Numbers that depend on nothing but what they are made from: the same seed gives the same rows and faults, everywhere. */

/** FNV-1a over the UTF-16 code units of the texts, as an unsigned 32-bit integer; a separator keeps `ab, c` from `a, bc`. */
export function hashText(...texts: readonly string[]): number {
  let hash = 0x811c9dc5;
  for (const text of texts) {
    for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
    hash = Math.imul(hash ^ 0x1f, 0x01000193);
  }
  return hash >>> 0;
}

/** Combines two integers into an unsigned 32-bit one whose bits all depend on both (murmur3's finaliser). */
export function mix(a: number, b: number): number {
  let hash = Math.imul(a ^ Math.imul(b, 0x9e3779b1), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** A 32-bit hash as a number in [0, 1). */
export function uniform(hash: number): number {
  return (hash >>> 0) / 2 ** 32;
}
