/** The page of a website. Pure: what is wanted in, a text out. */

/** The page, with what a user wrote in it as text, never as markup. */
export function pageOf({ title, text }: { title: string; text: string }): string {
  return `<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<title>${escape(title)}</title>
<h1>${escape(title)}</h1>
<p>${escape(text)}</p>
</html>
`;
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
