/** The runtime part that a build takes: the one that this machine names is of no use to the Deno that runs the tests. */

/** Does something while `DENORT_BIN` names a file, or none. */
export async function withRuntime<T>(path: string | undefined, act: () => Promise<T>): Promise<T> {
  const before = Deno.env.get("DENORT_BIN");
  name(path);
  try {
    return await act();
  } finally {
    name(before);
  }
}

function name(path: string | undefined): void {
  if (path === undefined) Deno.env.delete("DENORT_BIN");
  else Deno.env.set("DENORT_BIN", path);
}
