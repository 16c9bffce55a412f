/** Functions of a user that must answer at once: a promise from one is refused. */

/** Refuses what nobody waits for, and whose rejection must not strike the process. */
export function refusePromise(returned: unknown): void {
  if (!(returned instanceof Promise)) return;
  returned.catch(() => {});
  throw new TypeError("it returned a promise, and must not be async");
}
