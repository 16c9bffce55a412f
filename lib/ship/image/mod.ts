/**
 * An image out of an executable, as an OCI layout in a tar archive: no container engine and no daemon takes part.
 *
 * @module
 */

export { buildImage, type BuildImageOptions, type BuiltImage } from "./build_image.ts";
