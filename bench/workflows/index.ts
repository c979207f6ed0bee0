/** What a worker of the bench runs: the product's workflows, and what they are held against. */
export * from '../../src/workflows/index.js';
export { bareActivities } from './bare-activities.js';
export { pollSteadily } from './poll-steadily.js';
