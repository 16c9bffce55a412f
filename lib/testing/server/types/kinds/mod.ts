/** The Go types of the built-in kinds, in the notation of `go_type.ts`. */

import { CORE } from "./core.ts";
import { DEFINITION } from "./definition.ts";
import { META } from "./meta.ts";
import { OTHER } from "./other.ts";
import { POD } from "./pod.ts";
import { POLICY } from "./policy.ts";
import { VOLUME } from "./volume.ts";
import { WORKLOAD } from "./workload.ts";

/** The notation, one struct per line. */
export const KIND_NOTES: readonly string[] = [META, VOLUME, POD, CORE, WORKLOAD, OTHER, POLICY, DEFINITION];
