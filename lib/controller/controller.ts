/** The handle that `serveController` returns. */

/** Running controllers. */
export interface Controller extends AsyncDisposable {
  /** Resolves when every watched kind has been listed and Runs may begin; rejects if that does not happen. */
  readonly ready: Promise<void>;
  /** Resolves when everything has stopped after a shutdown; rejects with the error that made it impossible to go on. */
  readonly finished: Promise<void>;
  /** The address of metrics and probes; `undefined` if they are not served. */
  readonly addr: Deno.NetAddr | undefined;
  /** Stops: starts no new Run, waits for those under way, then ends the watches. Resolves when everything has stopped. */
  shutdown(): Promise<void>;
}
