/** A process that starts a control plane and is killed at it: `owner.ts BIN TIMEOUT`. */

import { startControlPlane } from "../../../lib/testing/apiserver/starting.ts";

const [bin, timeout] = Deno.args;
await startControlPlane({
  ...{ bin: bin!, timeout: Number(timeout), controllers: false, apiServerFlags: [], keepFolder: false },
});
