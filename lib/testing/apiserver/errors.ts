/** What goes wrong when a real API server is started. */

/** A real API server could not be started; the message says why, what is missing, and how the log of the program ends. */
export class ApiServerError extends Error {
  /** Tells the class from others. */
  override readonly name = "ApiServerError";
}

/** A program ended as another has its port; with other ports it may start. */
export class PortTakenError extends ApiServerError {}

/** The message for a rule that is broken. */
export function startProblem(rule: string, current: string): string {
  return `Cannot start the API server as ${rule}: current value is ${current}`;
}
