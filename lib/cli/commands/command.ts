/** A command: what help and completions know of it, and what it does. */

import type { Operator } from "../../deploy/operator/mod.ts";
import type { Flags, Given } from "../flags/mod.ts";
import type { System } from "../system.ts";

/** What a command is called with. */
export interface Call {
  readonly operator: Operator;
  /** The name of the program. */
  readonly name: string;
  readonly given: Given;
  /** Its argument that is no flag, if it has one. */
  readonly argument: string | undefined;
  readonly system: System;
}

/** A command. */
export interface Command {
  readonly name: string;
  /** What it does, in a line. */
  readonly brief: string;
  /** What else its help says. */
  readonly details?: string;
  /** Its arguments after the name of the program, each with what it does. */
  readonly examples: readonly (readonly [args: string, what: string])[];
  /** Its flags. */
  readonly flags: Flags;
  /** Whether it has the operator's own flags besides. */
  readonly hasOwnFlags: boolean;
  /** The argument that it must have, if it has one. */
  readonly argument?: { readonly placeholder: string; readonly brief: string; readonly choices: readonly string[] };
  /** Does it. Writes nothing before all that can be wrong has been found right. */
  run(call: Call): Promise<void>;
}
