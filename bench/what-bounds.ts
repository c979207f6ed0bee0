/** Written by hand: what bounds the figures of the page, which no section measures. */
export const WHAT_BOUNDS = `## What bounds the figures

| figure | before | goal | now | bound, and how it is measured |
| --- | --- | --- | --- | --- |
| workflow bundle | 1,995 KiB | 1,200 KiB | 1,016 KiB | the SDK is two thirds of the code; the map names lines, and no longer holds the sources. [house-bundle.test.ts](../test/unit/house/house-bundle.test.ts) fails above the goal |
| heap of a run in the cache, its history aside | 69.8 KiB | not set | 43.8 KiB | each run evaluates the modules for itself: ours are one now. The goal of 300 KiB is of resident memory (\`bench -- start\`), which was not measured again |
| processor to load the workflows for a run | 0.80 ms | not set | 0.48 ms | as above |
| longest turn, pages of 66 MiB | 630 ms of processor, 39 % of it over 30 ms | p99 ≤ 30 ms | 84 ms of processor, 10 % of it over 30 ms | scanning and hashing stop every few milliseconds; joining bytes and sorting do not. Turns are of the processor, not of the clock, 400,000 rows; p99 by the clock (\`bench -- pipeline\`) has to be measured on a quiet machine |
| longest turn, pages of 3 MiB | 164 ms of processor, 9 % of it over 30 ms | p99 ≤ 30 ms | 59 ms of processor, 3 % of it over 30 ms | as above |
| actions and events of a run, second poll | 12 and 64 | 11 and 55 | not reached | a poll is a timer and an activity: two actions, eleven events. Temporal’s retries as polls gave 11 and 55, but \`pollNow\` could not wake them and the UI showed them as failures |
| a query of one minute | 53 actions, seen 3.3 s late | < 41, 2 s | not reached | the same: 41 actions by retries, seen within 2 s |

Threads were not tried: on two cores they make scanning 1.3 times as fast, cost a copy of each page or a transfer of its
memory, and pauses are enough for heartbeats and polls. Not measured again: rows against the Go program, backfill
against bare workflows, a report of a million rows, 2,000 waiting runs.`;
