/** Nothing is left of a control plane, at whatever moment the process that started it is killed. */

import { assert, assertEquals } from "@std/assert";
import { lookByPs, lookInProc } from "../../../lib/testing/apiserver/processes.ts";
import { eventually } from "../../cluster/eventually.ts";
import { type FakeFolder, fakePrograms, processesOf, RUNS } from "./fake_programs.ts";

const ignore = Deno.build.os !== "linux"; // processes are counted in /proc

/** Takes a second to end, and says when it was told to. */
const ENDS_SLOWLY = `trap 'touch "$(dirname "$0")/told"; sleep 1; exit' TERM; ${RUNS}`;

/** Starts a process that starts a control plane of the fakes. */
function startOwner({ bin, temporary }: FakeFolder, timeout: number): Deno.ChildProcess {
  const file = new URL("./owner.ts", import.meta.url).href;
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-all", file, bin, `${timeout}`],
    env: { TMPDIR: temporary },
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
}

/** Kills the owner as soon as something is true, and waits until nothing is left. */
async function killWhen(folder: FakeFolder, isTime: () => boolean, timeout = 60_000): Promise<void> {
  const owner = startOwner(folder, timeout);
  await eventually(isTime, { within: 60_000, every: 5 });
  assert(processesOf(folder.path).length > 0);
  owner.kill("SIGKILL");
  await owner.status;
  await eventually(() => processesOf(folder.path).length === 0, { within: 60_000 });
}

function isRecorded(folder: FakeFolder, name: string): boolean {
  return [...Deno.readDirSync(folder.temporary)].some(({ name: dir }) => {
    try {
      return Deno.readTextFileSync(`${folder.temporary}/${dir}/state.json`).includes(`"name": "${name}"`);
    } catch {
      return false; // not written yet
    }
  });
}

for (const name of ["watchdog", "etcd", "kube-apiserver"]) {
  Deno.test({
    name: `a process that is killed when it has started its ${name} leaves none`,
    ignore,
    fn: async () => {
      await using folder = await fakePrograms({ etcd: RUNS, apiServer: RUNS });
      await killWhen(folder, () => isRecorded(folder, name));
    },
  });
}

Deno.test({
  name: "a process that is killed while it stops its control plane leaves none: the watchdog is the last to go",
  ignore,
  fn: async () => {
    await using folder = await fakePrograms({ etcd: RUNS, apiServer: ENDS_SLOWLY });
    const isTold = () => [...Deno.readDirSync(folder.bin)].some(({ name }) => name === "told");
    await killWhen(folder, isTold, 1_000);
    assertEquals([...Deno.readDirSync(folder.temporary)].map(({ name }) => name), []);
  },
});

Deno.test({
  name: "a program is not begun before its record is kept: of a starter that is killed in between, nothing is left",
  ignore,
  fn: async () => {
    await using folder = await fakePrograms({ etcd: `touch "$(dirname "$0")/begun"; ${RUNS}`, apiServer: RUNS });
    const starter = runScript(
      folder,
      `keep: async () => {
      await Deno.create("${folder.bin}/kept");
      await new Promise(() => setTimeout(() => {}, 1e6));
    }`,
    );
    await eventually(() => [...Deno.readDirSync(folder.bin)].some(({ name }) => name === "kept"), { within: 30_000 });
    starter.kill("SIGKILL");
    await starter.status;
    await eventually(() => processesOf(folder.path).length === 0, { within: 30_000 });
    assertEquals([...Deno.readDirSync(folder.bin)].map(({ name }) => name).sort(), ["etcd", "kept", "kube-apiserver"]);
  },
});

Deno.test({
  name: "a program does not hold what its starter has inherited, such as the lock of flock",
  ignore,
  fn: async () => {
    const script = `ls -l /proc/self/fd >"$(dirname "$0")/held"; touch "$(dirname "$0")/done"`;
    await using folder = await fakePrograms({ etcd: script, apiServer: RUNS });
    const command = launchCommand(folder, "keep: () => Promise.resolve()");
    const shell = `exec 7>"$0/seven" 200>"$0/two-hundred"; exec "$@"`;
    const args = ["-c", shell, folder.path, Deno.execPath(), ...command];
    const { success } = await new Deno.Command("bash", { args }).output();
    assert(success);
    await eventually(() => [...Deno.readDirSync(folder.bin)].some(({ name }) => name === "done"), { within: 30_000 });
    const held = await Deno.readTextFile(`${folder.bin}/held`);
    assert(held.includes("/dev/null") && !/seven|two-hundred/.test(held), held);
  },
});

Deno.test({
  name: "what ps says of a process tells it from others, as /proc does",
  ignore,
  fn: async () => {
    const [own, again] = [lookByPs(Deno.pid), lookByPs(Deno.pid)];
    assertEquals(own?.startTime, again?.startTime);
    assertEquals(own?.state[0] === "Z", lookInProc(Deno.pid)?.state === "Z");
    const child = new Deno.Command("true").spawn();
    await child.status;
    assertEquals([lookByPs(child.pid), lookInProc(child.pid)], [undefined, undefined]);
  },
});

/** Launches the fake etcd by itself. */
function launchCommand({ bin, path }: FakeFolder, keep: string): string[] {
  const module = new URL("../../../lib/testing/apiserver/processes.ts", import.meta.url).href;
  const options = `name: "etcd", program: "${bin}/etcd", args: ["${path}"], log: "${path}/log", ${keep}`;
  return ["eval", `const { launch } = await import("${module}"); await launch({ ${options} });`];
}

function runScript(folder: FakeFolder, keep: string): Deno.ChildProcess {
  const args = launchCommand(folder, keep);
  return new Deno.Command(Deno.execPath(), { args, stdin: "null", stdout: "null", stderr: "null" }).spawn();
}
