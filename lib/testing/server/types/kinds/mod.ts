/** What the built-in kinds consist of, in the notation of `go_type.ts`. */

import { CORE } from "./core.ts";
import { DEFINITION } from "./definition.ts";
import { META } from "./meta.ts";
import { OTHER } from "./other.ts";
import { POD } from "./pod.ts";
import { POLICY } from "./policy.ts";
import { VOLUME } from "./volume.ts";
import { WORKLOAD } from "./workload.ts";

/** The notes, one struct a line. */
export const KIND_NOTES: readonly string[] = [META, VOLUME, POD, CORE, WORKLOAD, OTHER, POLICY, DEFINITION];
