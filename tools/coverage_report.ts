/** A table of what tests reach, from a report in lcov's form. Pure. */

/** How much of something is reached. */
export interface Share {
  readonly reached: number;
  readonly all: number;
}

/** What is reached of a file. */
export interface FileCoverage {
  /** Below the checkout: `lib/queue/delay.ts`. */
  readonly path: string;
  readonly lines: Share;
  readonly branches: Share;
  /** The numbers of the lines that are not reached. */
  readonly missed: readonly number[];
}

/** The files of a report. */
export function coverageOf(lcov: string, root: string): FileCoverage[] {
  return lcov.split("end_of_record").filter((record) => record.includes("SF:")).map((record) => {
    const value = (name: string) => new RegExp(`^${name}:(.*)$`, "m").exec(record)?.[1] ?? "";
    const lines = [...record.matchAll(/^DA:(\d+),(\d+)/gm)].map(([, line, count]) => [Number(line), Number(count)]);
    return {
      path: value("SF").replace(root, ""),
      lines: { reached: lines.filter(([, count]) => count! > 0).length, all: lines.length },
      branches: { reached: Number(value("BRH")), all: Number(value("BRF")) },
      missed: lines.filter(([, count]) => count === 0).map(([line]) => line!),
    };
  });
}

/** How many of the files with the most lines that are not reached are named. */
const NAMED = 25;

/** A line for each room and one for all, and the files with the most lines that are not reached. */
export function tableOf(files: readonly FileCoverage[]): string {
  const rooms = Map.groupBy(files, ({ path }) => path.split("/").slice(0, 2).join("/"));
  const rows = [...rooms].toSorted(([a], [b]) => a < b ? -1 : 1).map(([room, inside]) => rowOf(room, inside));
  const least = files.filter(({ missed }) => missed.length > 0).toSorted((a, b) => b.missed.length - a.missed.length);
  return [
    `${"".padEnd(20)}${"lines".padStart(16)}${"branches".padStart(16)}`,
    ...rows,
    rowOf("all", files),
    "",
    ...least.slice(0, NAMED).map((file) => `${file.path} ${shareText(file.lines)}: ${rangesOf(file.missed)}`),
  ].join("\n");
}

function rowOf(name: string, files: readonly FileCoverage[]): string {
  const sum = (shares: readonly Share[]): Share => ({
    reached: shares.reduce((total, { reached }) => total + reached, 0),
    all: shares.reduce((total, { all }) => total + all, 0),
  });
  const [lines, branches] = [sum(files.map(({ lines }) => lines)), sum(files.map(({ branches }) => branches))];
  return `${name.padEnd(20)}${shareText(lines).padStart(16)}${shareText(branches).padStart(16)}`;
}

function shareText({ reached, all }: Share): string {
  return all === 0 ? "-" : `${(100 * reached / all).toFixed(1)} %`;
}

/** `3, 7-9` */
function rangesOf(numbers: readonly number[]): string {
  const ranges: [first: number, last: number][] = [];
  for (const number of numbers) {
    const range = ranges.at(-1);
    if (range?.[1] === number - 1) range[1] = number;
    else ranges.push([number, number]);
  }
  return ranges.map(([first, last]) => first === last ? `${first}` : `${first}-${last}`).join(", ");
}
