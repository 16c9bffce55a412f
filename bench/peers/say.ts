// deno-lint-ignore-file no-console -- the one place that writes to the console
/** Output to the user: progress on stderr, results on stdout. */

/** Prints a line of progress. */
export function say(message: string): void {
  console.error(message);
}

/** Prints a line of the results. */
export function print(line: string): void {
  console.log(line);
}
