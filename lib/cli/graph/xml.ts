/** Text in XML. */

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Text as XML shows it. What XML cannot contain is replaced, and white space becomes one space. */
export function escapeXml(text: string): string {
  return text.toWellFormed()
    .replaceAll(/\s+/g, " ")
    // deno-lint-ignore no-control-regex -- these are what XML cannot contain
    .replaceAll(/[\u0000-\u001f\ufffe\uffff]/g, "\ufffd")
    .replaceAll(/[&<>"']/g, (sign) => ENTITIES[sign]!);
}

/** About how wide text is, in the size of its font: no program is asked, so it is generous. */
export function widthOf(text: string, size: number): number {
  let ems = 0;
  for (const sign of text.toWellFormed()) ems += emsOf(sign);
  return ems * size;
}

function emsOf(sign: string): number {
  if (/[ijlftrI.,:;'|!()[\] ]/.test(sign)) return 0.36;
  if (/[mwMW@%]/.test(sign)) return 0.95;
  if (/[A-Z]/.test(sign)) return 0.7;
  return sign <= "\u02ff" ? 0.58 : 1.05;
}
