/** Tests publishing without access to JSR: `deno task publish:dry`. {@link publishCopy} says why from a copy. */

import { publishCopy } from "./package_copy.ts";

if (import.meta.main) Deno.exitCode = await publishCopy({ links: true }, ["--dry-run", "--allow-dirty", ...Deno.args]);
