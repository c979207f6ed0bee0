/** What `--help` ends with: command lines to copy. */
export function examples(...commands: readonly string[]): string {
  return ['', 'Examples:', ...commands.map((command) => `  $ journey-metrics ${command}`)].join('\n');
}
