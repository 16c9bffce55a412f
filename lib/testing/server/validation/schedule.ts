/** Validates the schedules of CronJobs. */

const NAMES: readonly Readonly<Record<string, number>>[] = [
  {},
  {},
  {},
  { jan: 1, feb: 2, mar: 3, apr: 4, may: 5, jun: 6, jul: 7, aug: 8, sep: 9, oct: 10, nov: 11, dec: 12 },
  { sun: 0, mon: 1, tue: 2, wed: 3, thu: 4, fri: 5, sat: 6 },
];
const LIMITS: readonly (readonly [least: number, most: number])[] = [[0, 59], [0, 23], [1, 31], [1, 12], [0, 6]];
const SHORTHANDS = ["@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly"];

/** What is wrong with a schedule; `undefined` if nothing is. */
export function scheduleProblem(schedule: string): string | undefined {
  if (schedule.includes("TZ")) return "cannot use TZ or CRON_TZ in schedule, use timeZone field instead";
  if (schedule.startsWith("@")) return shorthandProblem(schedule);
  const fields = schedule.trim().split(/\s+/);
  if (fields.length !== 5) return `expected exactly 5 fields, found ${fields.length}: [${fields.join(" ")}]`;
  for (const [index, field] of fields.entries()) {
    for (const part of field.split(",")) {
      const problem = partProblem(part, LIMITS[index]!, NAMES[index]!);
      if (problem !== undefined) return problem;
    }
  }
  return undefined;
}

function shorthandProblem(text: string): string | undefined {
  if (SHORTHANDS.includes(text) || /^@every (\d+(\.\d+)?(ns|us|µs|ms|s|m|h))+$/.test(text)) return undefined;
  if (text.startsWith("@every ")) return `failed to parse duration ${text}: time: invalid duration "${text.slice(7)}"`;
  return `unrecognized descriptor: ${text}`;
}

/** A number, a name, a range or an asterisk, each with an optional step. */
function partProblem(
  part: string,
  [least, most]: readonly [number, number],
  names: Readonly<Record<string, number>>,
): string | undefined {
  const [range = "", step, ...more] = part.split("/");
  const [low = "", high, ...rest] = range.split("-");
  if (more.length > 0) return `too many slashes: ${part}`;
  if (rest.length > 0) return `too many hyphens: ${part}`;
  const numberOf = (text: string) =>
    Object.hasOwn(names, text.toLowerCase()) ? names[text.toLowerCase()]! : Number(text);
  const unread = [low, high, step].find((text) =>
    text !== undefined && text !== "*" && text !== "?" && Number.isNaN(numberOf(text)) || text === ""
  );
  if (unread !== undefined) {
    return `failed to parse int from ${unread}: strconv.Atoi: parsing ${JSON.stringify(unread)}: invalid syntax`;
  }
  const all = low === "*" || low === "?";
  const start = all ? least : numberOf(low);
  const end = all ? most : high === undefined ? (step === undefined ? start : most) : numberOf(high);
  if (start < least) return `beginning of range (${start}) below minimum (${least}): ${part}`;
  if (end > most) return `end of range (${end}) above maximum (${most}): ${part}`;
  if (start > end) return `beginning of range (${start}) beyond end of range (${end}): ${part}`;
  return step !== undefined && Number(step) === 0 ? `step of range should be a positive number: ${part}` : undefined;
}
