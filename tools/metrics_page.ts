/** Writes `docs/metrics.md`. Run by `deno task docs:metrics`. */

import { metricsPage } from "./metrics_page_text.ts";

await Deno.writeTextFile(new URL("../docs/metrics.md", import.meta.url), metricsPage());
