/** What the pages are made of. */

/** One thing that a probe looks at. */
export interface Check {
  /** What is looked at: `watch of secrets`. */
  readonly name: string;
  /** What is wrong; `undefined` when nothing is. */
  readonly problem: string | undefined;
}

/** What the pages ask, each time anew. */
export interface HttpState {
  /** What must be well for the process to be of use. */
  readiness(): readonly Check[];
  /** What must be well for the process to be left alive. */
  liveness(): readonly Check[];
  /** All metrics, as Prometheus' text. */
  metrics(): Promise<string>;
}
