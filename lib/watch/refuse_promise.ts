/** Refuses promises from user functions that must return at once. */

/**
 * Throws if the value is a promise, and handles its rejection, which would otherwise end the process. @throws {TypeError} If
 * it is one.
 */
export function refusePromise(returned: unknown): void {
  if (!(returned instanceof Promise)) return;
  returned.catch(() => {});
  throw new TypeError("it returned a promise, and must not be async");
}
