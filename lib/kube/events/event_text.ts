/** Makes texts fit the API server's rules for Events. Pure. */

/** The most bytes in a note. */
const NOTE_BYTES = 1_024;
/** The most bytes in a reason, an action or a reporting instance. */
const WORD_BYTES = 128;
/** How many characters of the object's name go into the Event's name, which may have 253. */
const NAME_LENGTH = 200;
/** The most characters after the slash of a qualified name. */
const QUALIFIED_LENGTH = 63;

/** A note: one line, cut to the allowed bytes. */
export function noteText(text: string): string {
  return cut(text.replaceAll(/\s+/g, " ").trim(), NOTE_BYTES);
}

/** A reason or a reporting instance. */
export function wordText(text: string): string {
  return cut(text, WORD_BYTES);
}

/**
 * Turns a phrase into an action for machines: `create the password` gives `CreateThePassword`; `undefined` if no
 * letters remain.
 */
export function actionText(phrase: string): string | undefined {
  const words = phrase.match(/[A-Za-z0-9]+/g) ?? [];
  return cut(words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join(""), WORD_BYTES) || undefined;
}

/** The reporting controller as Events write it: a domain, if there is one, and a name. */
export function controllerText(group: string, name: string): string {
  const short = name.slice(0, QUALIFIED_LENGTH).replace(/[^a-z0-9]+$/, "");
  return group === "" ? short : `${group}/${short}`;
}

/**
 * The name of a new Event.
 *
 * @param object The name of the object it is about. Some kinds allow characters that an Event's name may not have.
 * @param now Milliseconds since the Unix epoch.
 * @param random A number from 0 to 1, so that two processes that report on one object at one time get different names.
 */
export function eventName(object: string, now: number, random: number): string {
  const base = object.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-").slice(0, NAME_LENGTH).replaceAll(/^-|-$/g, "");
  const id = `${Math.floor(now).toString(16)}${Math.floor(random * 2 ** 32).toString(16).padStart(8, "0")}`;
  return base === "" ? id : `${base}.${id}`;
}

/** Formats microseconds since the Unix epoch as a time with six decimals, which the API server requires. */
export function microTime(microseconds: number): string {
  const rest = String(microseconds % 1_000).padStart(3, "0");
  return new Date(Math.floor(microseconds / 1_000)).toISOString().replace("Z", `${rest}Z`);
}

/** Cuts a text to a number of bytes, ending in an ellipsis, without splitting a character. */
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
