/** The flags of V8 that an operator is shipped with. */

/** A small space for young objects: by default a list of many objects makes it grow to 32 MiB for good (`docs/scale.md`). */
export const V8_FLAGS = "--v8-flags=--max-semi-space-size=4";
