/** The handle on controllers at work, as `serveController` gives it. */

/** Controllers at work. */
export interface Controller extends AsyncDisposable {
  /** Resolves when every kind that is watched has been listed, and Runs may begin; rejects when that does not come about. */
  readonly ready: Promise<void>;
  /** Resolves when all has stopped after a shutdown; rejects with what made it impossible to go on. */
  readonly finished: Promise<void>;
  /** Where metrics and probes are served; `undefined` when they are not. */
  readonly addr: Deno.NetAddr | undefined;
  /** Stops: lets no new Run begin, waits for those under way, then ends the watches. Resolves when all has stopped. */
  shutdown(): Promise<void>;
}
