/** Finds fields that occur twice in one object of a JSON text. `JSON.parse` silently keeps the last one. */

/** An object or list that the scan is inside of. */
interface Level {
  /** The names so far; `undefined` in a list. */
  readonly names: Set<string> | undefined;
  /** The present field's name or item's index. */
  at: string | number;
}

/**
 * The paths of the fields that occur more than once.
 *
 * @param text A valid JSON text.
 */
export function duplicateFields(text: string): string[] {
  const found: string[] = [];
  const levels: Level[] = [];
  for (let index = 0; index < text.length; index++) {
    const level = levels.at(-1);
    switch (text[index]) {
      case "{":
        levels.push({ names: new Set(), at: "" });
        break;
      case "[":
        levels.push({ names: undefined, at: 0 });
        break;
      case "}":
      case "]":
        levels.pop();
        break;
      case ",":
        if (typeof level?.at === "number") level.at++;
        break;
      case '"': {
        const end = endOfText(text, index);
        if (level?.names && isName(text, end)) noteName(level, text.slice(index, end), levels, found);
        index = end - 1;
      }
    }
  }
  return found;
}

/** The index after the closing quote. */
function endOfText(text: string, start: number): number {
  let index = start + 1;
  while (text[index] !== '"') index += text[index] === "\\" ? 2 : 1;
  return index + 1;
}

/** A string is a field's name if a colon follows. */
function isName(text: string, end: number): boolean {
  while (" \t\r\n".includes(text[end]!)) end++;
  return text[end] === ":";
}

function noteName(level: Level, quoted: string, levels: readonly Level[], found: string[]): void {
  const name = JSON.parse(quoted) as string;
  level.at = name;
  if (level.names!.has(name)) found.push(pathTo(levels));
  level.names!.add(name);
}

function pathTo(levels: readonly Level[]): string {
  return levels.map(({ at }) => typeof at === "number" ? `[${at}]` : `.${at}`).join("").slice(1);
}
