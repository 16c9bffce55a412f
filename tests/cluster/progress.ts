// deno-lint-ignore-file no-console -- the one place that writes to the console
/** Talks to whoever runs the commands. */

/** A line of progress. It goes to stderr: stdout is for what a shell evaluates. */
export function say(message: string): void {
  console.error(`cluster: ${message}`);
}

/** A line of output. */
export function print(line: string): void {
  console.log(line);
}
