/** The end of the process, as far as it tells of it. */

/** Deno's last words: at a regular end and at `Deno.exit`, at an error that nobody catches, at a rejection that nobody awaits. */
const LAST_EVENTS = ["unload", "error", "unhandledrejection"] as const;

/** Calls something when the process is about to end; it may be called more than once. Returns how to take that back. */
export function onProcessEnd(call: () => void): () => void {
  for (const type of LAST_EVENTS) addEventListener(type, call);
  return () => {
    for (const type of LAST_EVENTS) removeEventListener(type, call);
  };
}
