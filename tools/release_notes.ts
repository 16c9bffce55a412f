/**
 * Prints what CHANGELOG.md says of a version, for its release: `deno run --allow-read tools/release_notes.ts v1.2.0`. Fails
 * unless that is the version in deno.json.
 */

/** The version cannot be released as it is. */
export class ReleaseError extends Error {
  /** The error's name. */
  override readonly name = "ReleaseError";
}

/** A version by the rules of semver, such as `1.2.0` or `2.0.0-rc.1`. */
const VERSION = /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?$/;

/** What the release is made of. */
export interface ReleaseSources {
  /** The tag, or the version: `v1.2.0` or `1.2.0`. */
  readonly tag: string;
  /** The text of CHANGELOG.md. */
  readonly changelog: string;
  /** The version in deno.json. */
  readonly version: string;
}

/**
 * What the changelog has below the version's heading: `## 1.2.0`, or `## 1.2.0 (2026-12-24)`.
 *
 * @throws {ReleaseError} If the tag is no version or not the package's, or nothing is said of it.
 */
export function releaseNotes({ tag, changelog, version }: ReleaseSources): string {
  const asked = tag.replace(/^v/, "");
  if (!VERSION.test(asked)) {
    throw new ReleaseError(`Cannot release as the tag must be a version such as v1.2.0: current value is ${tag}`);
  }
  if (asked !== version) {
    throw new ReleaseError(
      `Cannot release ${asked} as deno.json must have that version: current value is ${version}. Run deno bump-version`,
    );
  }
  const sections = sectionsOf(changelog).filter(({ heading }) => heading.split(" ")[0] === asked);
  if (sections.length !== 1) {
    throw new ReleaseError(
      `Cannot release ${asked} as CHANGELOG.md must have one heading "## ${asked}": current number is ${sections.length}`,
    );
  }
  const [{ text }] = sections as [Section];
  if (!/^- /m.test(text)) {
    throw new ReleaseError(`Cannot release ${asked} as CHANGELOG.md must list what changed: its section is empty`);
  }
  return text;
}

interface Section {
  readonly heading: string;
  readonly text: string;
}

/** The sections of the second level; what looks like a heading in a fenced block is none. */
function sectionsOf(page: string): readonly Section[] {
  const sections: { heading: string; lines: string[] }[] = [];
  let isFenced = false;
  for (const line of page.split("\n")) {
    if (line.startsWith("```")) isFenced = !isFenced;
    const heading = isFenced ? undefined : /^## (.*)$/.exec(line)?.[1]?.trim();
    if (heading !== undefined) sections.push({ heading, lines: [] });
    else sections.at(-1)?.lines.push(line);
  }
  return sections.map(({ heading, lines }) => ({ heading, text: `${lines.join("\n").trim()}\n` }));
}

if (import.meta.main) {
  const [tag, ...others] = Deno.args;
  const read = (name: string) => Deno.readTextFile(new URL(`../${name}`, import.meta.url));
  try {
    if (tag === undefined || others.length > 0) {
      throw new ReleaseError("Cannot release as one version must be given, such as v1.2.0");
    }
    const { version } = JSON.parse(await read("deno.json"));
    await Deno.stdout.write(
      new TextEncoder().encode(releaseNotes({ tag, changelog: await read("CHANGELOG.md"), version })),
    );
  } catch (error) {
    if (!(error instanceof ReleaseError)) throw error;
    // deno-lint-ignore no-console -- a tool's output
    console.error(error.message);
    Deno.exitCode = 1;
  }
}
