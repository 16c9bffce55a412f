/** The V8 flags for operators in production. */

/** A small young generation: by default, a list of many objects makes it grow to 32 MiB for good (`docs/scale.md`). */
export const V8_FLAGS = "--v8-flags=--max-semi-space-size=4";
