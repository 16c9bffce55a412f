/** Draws the first random numbers, and prints what that took, in milliseconds of CPU: of JavaScript's thread, and of all others. */

import { drawFirstRandom } from "../../../lib/wire/first_random.ts";

/** What the threads of this process have run so far, JavaScript's first. */
function used(): [main: number, others: number] {
  const tasks = [...Deno.readDirSync("/proc/self/task")].map(({ name }) => [name, runOf(name)] as const);
  const main = tasks.find(([name]) => name === String(Deno.pid))![1];
  return [main, tasks.reduce((sum, [, run]) => sum + run, 0) - main];
}

function runOf(task: string): number {
  return Number(Deno.readTextFileSync(`/proc/self/task/${task}/schedstat`).split(" ")[0]) / 1e6;
}

if (import.meta.main) {
  used();
  const before = used();
  await drawFirstRandom();
  const after = used();
  Deno.stdout.writeSync(new TextEncoder().encode(JSON.stringify([after[0] - before[0], after[1] - before[1]])));
}
