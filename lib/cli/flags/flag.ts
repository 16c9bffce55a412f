/** A flag of a command: what help, completions and the environment know of it, and what its text may be. */

/** A flag. Its name is the key that it has in its {@link Flags}. */
export interface Flag {
  /** What it sets, for help. */
  readonly brief: string;
  /**
   * `switch` has no value (or `true` and `false`), `one` has one, `each` can be repeated, and `many` separates values by
   * commas besides.
   */
  readonly form: "switch" | "one" | "each" | "many";
  /** What stands for its value in help, such as `NAME`. */
  readonly placeholder?: string;
  /** The only values that it can have. */
  readonly choices?: readonly string[];
  /** The environment variable that sets it if it is not given. */
  readonly env?: string;
  /** What holds if it is not given, for help. */
  readonly fallback?: string;
  /** Whether its command cannot do without it. */
  readonly isRequired?: boolean;
  /** Makes the value of a text. What it throws says what the text must be. */
  readonly parse?: (text: string) => unknown;
}

/** The flags of a command, by their names. */
export type Flags = Readonly<Record<string, Flag>>;

type Parsed<F extends Flag> = F extends { readonly parse: (text: string) => infer T } ? T
  : F extends { readonly choices: readonly (infer C)[] } ? C
  : F["form"] extends "switch" ? boolean
  : string;

/** The values of flags; `undefined` for those that are not given. */
export type Values<F extends Flags> = {
  readonly [K in keyof F]: (F[K]["form"] extends "many" | "each" ? readonly Parsed<F[K]>[] : Parsed<F[K]>) | undefined;
};

/** The texts that flags were given, by their names. */
export type Given = ReadonlyMap<string, readonly string[]>;

/** Whether a flag can be given more than once. */
export function isRepeatable({ form }: Flag): boolean {
  return form === "many" || form === "each";
}

/** Declares flags, for their types. */
export function flags<const F extends Flags>(declared: F): F {
  return declared;
}
