/**
 * Files that appear whole or not at all, and programs that are run to their end.
 *
 * @module
 */

export { type ElfFile, readElf } from "./elf.ts";
export { ShipError } from "./errors.ts";
export { makeFile } from "./new_file.ts";
export { type Ended, runProgram, type RunProgramOptions } from "./run_program.ts";
