/**
 * Changes of what a workflow does, after a release: names for `patched()`, which keep runs under way on the path that they
 * took. Ask for a name only where the old and the new path differ, so that an ordinary history has no marker. Never rename one.
 */
export const PATCHES: Readonly<Record<string, string>> = {};
