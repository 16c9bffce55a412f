/**
 * Publishes to JSR, with the packages that it has there: `deno run -A tools/publish.ts [deno publish's arguments]`. It is run by
 * the workflow of a tag, whose run JSR trusts, and signs where the package was built.
 */

import { publishCopy } from "./package_copy.ts";

if (import.meta.main) Deno.exitCode = await publishCopy({ links: false }, Deno.args);
