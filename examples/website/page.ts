/** The page of a website. Pure: turns the spec into text. */

/** The page. What a user wrote appears as text, never as markup. */
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
