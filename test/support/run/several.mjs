/** The main module of a process of tests: loads the files that its arguments name, which then take turns. */
// Not by --import: worker threads would load those, too, and there are no TypeScript hooks in them.
import { argv } from 'node:process';

for (const url of argv.slice(2)) await import(url);
