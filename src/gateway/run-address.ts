/** Where a run is asked for. Ids are chosen by users: any character may be in them. */
export function runAddress(workflowId: string): string {
  return `/runs/${encodeURIComponent(workflowId)}`;
}
