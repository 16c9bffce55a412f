/** What the pages show. */

/** One check of a probe. */
export interface Check {
  /** What is checked: `watch of secrets`. */
  readonly name: string;
  /** What is wrong; `undefined` if nothing is. */
  readonly problem: string | undefined;
}

/** The state that the pages show; asked on each request. */
export interface HttpState {
  /** The checks that must pass for the process to be ready. */
  readiness(): readonly Check[];
  /** The checks that must pass for the process not to be restarted. */
  liveness(): readonly Check[];
  /** All metrics, in Prometheus' text format. */
  metrics(): string;
}
