/** What the operator of the soak tells of its writes. */

/** The parameter that marks a write. */
export const MARK = "soak";

/** What became of one write. */
export interface Written {
  readonly mark: string;
  readonly method: string;
  /** `words`: somebody between has answered. `given up`: by whoever asked for it. */
  readonly end: "well" | "refused" | "words" | "unsent" | "in doubt" | "given up";
  /** With which code it was refused. */
  readonly code?: number;
}
