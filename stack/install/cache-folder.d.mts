/** Where this user's downloads and locks are kept: outside of any checkout, safe to delete. */
export function cacheFolder(env: NodeJS.ProcessEnv): string;
