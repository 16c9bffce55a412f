/**
 * The objects that deploy an operator, computed from what its controllers declare. Pure.
 *
 * @module
 */

export { type ImageReference, parseImage } from "./image.ts";
export { crdsOf, type Manifests, manifests, manifestsOf, partOf } from "./manifests.ts";
export type { Manifest, ManifestMeta } from "./object.ts";
export type { EnvVariable, ManifestOptions, NetworkPolicyOptions, Quantities, ResourceOptions } from "./options.ts";
export type { PartName } from "./parts.ts";
export { resolveManifestOptions } from "./resolve_options.ts";
export type { Settings } from "./settings.ts";
