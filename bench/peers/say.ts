// deno-lint-ignore-file no-console -- the one place that writes to the console
/** Talks to whoever runs the benchmark: progress to stderr, results to stdout. */

/** A line of progress. */
export function say(message: string): void {
  console.error(message);
}

/** A line of the results. */
export function print(line: string): void {
  console.log(line);
}
