/**
 * Holes: texts that stand in for what a chart's values give. The objects of a deployment are computed with holes in place
 * of settings, written as YAML, and the holes filled with template expressions. So a chart is made by the same model as
 * plain manifests.
 *
 * A hole looks like the name of an object, so it may stand wherever one may, and YAML never quotes it.
 */

/** Fills the line that a hole stands in. */
type FillLine = (line: { readonly indent: string; readonly lead: string }) => string;

/** The holes of one chart. */
export class Holes {
  readonly #texts = new Map<string, string>();
  readonly #numbers = new Map<string, string>();
  readonly #lines = new Map<string, FillLine>();
  readonly #items = new Map<string, string>();
  #count = 0;

  /** A part of a text. */
  text(expression: string): string {
    return this.#add(this.#texts, expression);
  }

  /** A whole number. */
  number(value: string): number {
    return this.#add(this.#numbers, `${value} | int`) as unknown as number;
  }

  /** A field that is there if the value is: its content is the value as YAML. */
  field<T>(value: string): T {
    return this.#add(this.#lines, ({ indent, lead }) =>
      [
        `${indent}{{- with ${value} }}`,
        `${indent}${lead}`,
        `${indent}  {{- toYaml . | nindent ${indent.length + 2} }}`,
        `${indent}{{- end }}`,
      ].join("\n")) as T;
  }

  /** A field that is there if the value is: its content is this text, in which the dot is the value. */
  optional<T>(value: string, text: (indent: string) => string): T {
    return this.#add(
      this.#lines,
      ({ indent, lead }) => `${indent}{{- with ${value} }}\n${indent}${lead}${text(indent)}\n${indent}{{- end }}`,
    ) as T;
  }

  /** Entries of a list or an object, in place of the one that the hole is in. */
  entries(value: string): string {
    return this.#add(
      this.#lines,
      ({ indent }) =>
        `${indent}{{- with ${value} }}\n${indent}{{- toYaml . | nindent ${indent.length} }}\n${indent}{{- end }}`,
    );
  }

  /** These lines in place of the one that the hole is in, indented like it. */
  line<T>(lines: readonly string[]): T {
    return this.#add(this.#lines, ({ indent }) => lines.map((line) => indent + line).join("\n")) as T;
  }

  /** Repeats the entry of a list that the hole is in, for each of some texts. */
  eachText(value: string): string {
    const marker = this.text(".");
    this.#items.set(marker, value);
    return marker;
  }

  /** Repeats the entry of a list that the hole is in, for each of some whole numbers. */
  eachNumber(value: string): number {
    const marker = this.#add(this.#numbers, ". | int");
    this.#items.set(marker, value);
    return marker as unknown as number;
  }

  /** Fills all holes of a text of YAML. What looks like a template there stays as it is. */
  fill(yaml: string): string {
    const escaped = yaml.replaceAll("{{", '{{ "{{" }}');
    const lines = this.#fillItems(escaped.split("\n")).map((line) => this.#fillLine(quoted(line, this.#texts)));
    let text = lines.join("\n");
    for (const [marker, expression] of [...this.#texts, ...this.#numbers]) {
      text = text.replaceAll(marker, `{{ ${expression} }}`);
    }
    return text;
  }

  #add<V>(map: Map<string, V>, value: V): string {
    const marker = `hole-7f3a91-${this.#count++}-hole`;
    map.set(marker, value);
    return marker;
  }

  #fillLine(line: string): string {
    for (const [marker, fill] of this.#lines) {
      const at = line.indexOf(marker);
      if (at < 0) continue;
      const [, indent = "", lead = ""] = /^( *)(.*)$/.exec(line.slice(0, at)) ?? [];
      return fill({ indent, lead: lead.trimEnd() });
    }
    return line;
  }

  #fillItems(lines: readonly string[]): string[] {
    let filled = [...lines];
    for (const [marker, range] of this.#items) {
      const at = filled.findIndex((line) => line.includes(marker));
      if (at < 0) continue;
      const [from, to] = itemAround(filled, at);
      const indent = indentOf(filled[from]!);
      filled = [
        ...filled.slice(0, from),
        `${indent}{{- range ${range} }}`,
        ...filled.slice(from, to),
        `${indent}{{- end }}`,
        ...filled.slice(to),
      ];
    }
    return filled;
  }
}

/**
 * A line whose value begins with a hole and is made of names only, in quotes: filled with `on` or `1.2` it would not be a
 * text any more.
 */
function quoted(line: string, texts: ReadonlyMap<string, string>): string {
  const [, before, value = ""] = /^( *(?:- )*(?:[^\s'":]+: )?)([-./a-zA-Z0-9]+)$/.exec(line) ?? [];
  return [...texts.keys()].some((marker) => value.startsWith(marker)) ? `${before}"${value}"` : line;
}

/** The lines of the entry of a list that a line is in: from the first to the one after the last. */
function itemAround(lines: readonly string[], at: number): [number, number] {
  let from = at;
  while (
    !lines[from]!.trimStart().startsWith("- ") ||
    from !== at && indentOf(lines[from]!).length >= indentOf(lines[at]!).length
  ) {
    from--;
  }
  const width = indentOf(lines[from]!).length;
  let to = at + 1;
  while (to < lines.length && indentOf(lines[to]!).length > width) to++;
  return [from, to];
}

function indentOf(line: string): string {
  return /^ */.exec(line)![0];
}
