/**
 * Ships an operator: makes its program one executable, and the executable an image, without a container engine.
 *
 * ```sh
 * deno run -A @staircase/operator/ship build main.ts --output dist/operator
 * deno run -A @staircase/operator/ship image dist/operator --output dist/operator.tar
 * ```
 *
 * `docs/ship.md` says what is in them, and how the image gets into a registry.
 *
 * @example The same from a program
 * ```ts no-assert
 * import { buildExecutable, buildImage } from "@staircase/operator/ship";
 *
 * async function ship() {
 *   const { path } = await buildExecutable({ main: "main.ts", output: "dist/operator" });
 *   return await buildImage({ binaries: [path], output: "dist/operator.tar", name: "registry.example/operator:1.2.0" });
 * }
 * ```
 *
 * @module
 */

import { runShip } from "./program.ts";

export { buildExecutable, type BuildExecutableOptions, type BuiltExecutable } from "./build/mod.ts";
export { ShipError } from "./files/mod.ts";
export { buildImage, type BuildImageOptions, type BuiltImage } from "./image/mod.ts";

if (import.meta.main) Deno.exit(await runShip(Deno.args));
