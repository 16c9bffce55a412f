/** The texts of an Event, made to fit the rules that the API server has for them. Pure. */

/** How many bytes a note may have. */
const NOTE_BYTES = 1_024;
/** How many bytes reason, action and reporting instance may have each. */
const WORD_BYTES = 128;
/** How much of an object's name goes into the name of its Events, which may have 253 characters. */
const NAME_LENGTH = 200;
/** How long the part of a qualified name after the slash may be, in characters. */
const QUALIFIED_LENGTH = 63;

/** A note: one line, and no more bytes than are allowed. */
export function noteText(text: string): string {
  return cut(text.replaceAll(/\s+/g, " ").trim(), NOTE_BYTES);
}

/** A reason or a reporting instance. */
export function wordText(text: string): string {
  return cut(text, WORD_BYTES);
}

/** An action of a phrase, for machines: `create the password` is `CreateThePassword`; `undefined` when nothing is left. */
export function actionText(phrase: string): string | undefined {
  const words = phrase.match(/[A-Za-z0-9]+/g) ?? [];
  return cut(words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join(""), WORD_BYTES) || undefined;
}

/** The name of a controller as Events have it: a domain, when there is one, and a name. */
export function controllerText(group: string, name: string): string {
  const short = name.slice(0, QUALIFIED_LENGTH).replace(/[^a-z0-9]+$/, "");
  return group === "" ? short : `${group}/${short}`;
}

/**
 * The name of a new Event.
 *
 * @param object The name of the object that it is about; some kinds allow what an Event's name may not hold.
 * @param now Milliseconds since the Unix epoch.
 * @param random A number from 0 to 1: processes that tell of one object at one time must not meet.
 */
export function eventName(object: string, now: number, random: number): string {
  const base = object.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-").slice(0, NAME_LENGTH).replaceAll(/^-|-$/g, "");
  const id = `${Math.floor(now).toString(16)}${Math.floor(random * 2 ** 32).toString(16).padStart(8, "0")}`;
  return base === "" ? id : `${base}.${id}`;
}

/** A time as Events have it, of microseconds since the Unix epoch: with six digits, on which the API server insists. */
export function microTime(microseconds: number): string {
  const rest = String(microseconds % 1_000).padStart(3, "0");
  return new Date(Math.floor(microseconds / 1_000)).toISOString().replace("Z", `${rest}Z`);
}

/** At most so many bytes, ending in an ellipsis when something is missing; no character is cut in two. */
function cut(text: string, bytes: number): string {
  if (byteLength(text) <= bytes) return text;
  let kept = "";
  let left = bytes - byteLength("…");
  for (const character of text) {
    left -= byteLength(character);
    if (left < 0) break;
    kept += character;
  }
  return `${kept}…`;
}

function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}
