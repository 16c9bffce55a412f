/** What this process knows of its machine. */

import type { Surroundings } from "./programs.ts";

/** A variable that must not be read counts as one that is not set. */
export const denoSurroundings: Surroundings = {
  variable(name) {
    const { state } = Deno.permissions.querySync({ name: "env", variable: name });
    return state === "granted" ? Deno.env.get(name) || undefined : undefined;
  },
  isFile(path) {
    try {
      return Deno.statSync(path).isFile;
    } catch (error) {
      if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return false;
      throw error;
    }
  },
  get cwd() {
    return Deno.cwd();
  },
};
