/** Writes `docs/metrics.md`. Run by `deno task docs:metrics`. */

import { metricsPage } from "../lib/telemetry/mod.ts";

await Deno.writeTextFile(new URL("../docs/metrics.md", import.meta.url), metricsPage());
