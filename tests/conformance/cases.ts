/** All conformance cases: what the embedded cluster promises, because a real API server does it. */

import { APPLYING } from "./cases/applying.ts";
import { CLUSTER } from "./cases/cluster.ts";
import { CREATING } from "./cases/creating.ts";
import { CUSTOM } from "./cases/custom.ts";
import { DELETING } from "./cases/deleting.ts";
import { LISTING } from "./cases/listing.ts";
import { NUMBERS } from "./cases/numbers.ts";
import { PATCHING } from "./cases/patching.ts";
import { READING } from "./cases/reading.ts";
import { REFUSING } from "./cases/refusing.ts";
import { SAME_OBJECT } from "./cases/same_object.ts";
import { SCHEMAS } from "./cases/schemas.ts";
import { TYPED_CLIENT } from "./cases/typed_client.ts";
import { UPDATING } from "./cases/updating.ts";
import { WATCHING } from "./cases/watching.ts";
import type { Case } from "./target.ts";

/** The cases by what they are about. */
export const CASES: Readonly<Record<string, readonly Case[]>> = {
  create: CREATING,
  update: UPDATING,
  patch: PATCHING,
  apply: APPLYING,
  delete: DELETING,
  list: LISTING,
  watch: WATCHING,
  "custom kinds": CUSTOM,
  "built-in kinds": READING,
  "what is refused": REFUSING,
  schemas: SCHEMAS,
  numbers: NUMBERS,
  "what was read": SAME_OBJECT,
  "typed client": TYPED_CLIENT,
  cluster: CLUSTER,
};
