/** The operator of these tests as a program. */

import { runOperator } from "../../lib/cli/mod.ts";
import { operator } from "./fixture.ts";

await runOperator(operator);
