/** Which command of Deno takes which flag. */

import { ShipError } from "../files/mod.ts";

/** The flags that say where modules come from, and whether they are as they were. */
const FINDING = [
  "--allow-import",
  "--cached-only",
  "--cert",
  "--conditions",
  "--config",
  "--deny-import",
  "--frozen",
  "--import-map",
  "--lock",
  "--no-config",
  "--no-lock",
  "--no-npm",
  "--no-remote",
  "--node-modules-dir",
  "--node-modules-linker",
  "--reload",
  "--vendor",
];

/** Flags, parted by what they are for. */
export interface PartedFlags {
  /** For finding the modules, checking and bundling them. */
  readonly finding: readonly string[];
  /** For the executable. */
  readonly compiling: readonly string[];
  /** Whether types are checked. */
  readonly check: boolean;
}

/** Flags that are said in another way, and how. */
const ELSEWHERE: readonly [flag: RegExp, how: string][] = [
  [/^(-A|-P|--allow-(?!import)|--permission-set|--no-prompt)/, "--permissions, or the program itself"],
  [/^(-o|--output|--target|--include)/, "an option before --"],
];

/**
 * Parts the flags of `deno compile`. A value is joined to its flag by `=`.
 *
 * @throws {ShipError} If one is said in another way.
 */
export function partFlags(flags: readonly string[]): PartedFlags {
  for (const flag of flags) {
    const [, how] = ELSEWHERE.find(([pattern]) => pattern.test(flag)) ?? [];
    if (how) throw new ShipError(`Cannot pass ${flag} to deno compile as it is said by ${how}`);
  }
  const isFor = (names: readonly string[], flag: string) => names.includes(flag.split("=", 1)[0]!);
  const others = flags.filter((flag) => !isFor(["--no-check", "--check"], flag));
  return {
    finding: others.filter((flag) => isFor(FINDING, flag)),
    compiling: others.filter((flag) => !isFor(FINDING, flag)),
    check: !flags.some((flag) => isFor(["--no-check"], flag)),
  };
}
