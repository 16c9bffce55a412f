/** Completions, by the shells themselves, where they are installed. */

import { assertEquals } from "@std/assert";
import { call } from "./fixture.ts";

const complete = async (shell: string, ...words: string[]) =>
  (await call(["complete", shell, "--", ...words])).out.split("\n").filter((line) => line !== "");

Deno.test("a word can become a command, a flag, or one of the values of a flag", async () => {
  assertEquals(await complete("bash", "ma"), ["manifests"]);
  assertEquals(await complete("bash", ""), [
    ...["run", "manifests", "crd", "permissions", "graph", "version", "completions"],
  ]);
  assertEquals(await complete("bash", "manifests", "--form"), ["--format"]);
  assertEquals(await complete("bash", "manifests", "--format", "k"), ["kustomize"]);
  assertEquals(await complete("bash", "--log-l"), ["--log-level"]);
  assertEquals(await complete("bash", "--dep"), ["--depth"]);
  assertEquals(await complete("bash", "completions", "z"), ["zsh"]);
  assertEquals(await complete("bash", "--kubeconfig", "x"), []);
  assertEquals(await complete("bash", "nonsense", ""), []);
});

Deno.test("a value after an equals sign is completed as each shell passes it", async () => {
  assertEquals(await complete("bash", "--log-level", "=", "de"), ["debug"]);
  assertEquals((await complete("bash", "--log-level", "=")).length, 4);
  assertEquals(await complete("zsh", "--log-level=de"), ["--log-level=debug:the lowest level that is logged"]);
  assertEquals(await complete("fish", "--log-level=de"), ["--log-level=debug\tthe lowest level that is logged"]);
});

/** What a shell does after its script of completions has been read, with the program in its PATH. */
const SHELLS: Readonly<Record<string, { ask: string; answer: string }>> = {
  bash: {
    ask: `
      source <(greeter completions bash); source <(greeter completions bash)
      try() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _greeter_completions; echo "\${COMPREPLY[*]}"; }
      try greeter mani
      try greeter --log-level = de
      try greeter graph --format ''
      try greeter '$(touch injected)' ''
      complete -p greeter`,
    answer: "manifests\ndebug\ntext mermaid svg\n\ncomplete -o default -F _greeter_completions greeter\n",
  },
  zsh: {
    ask: `
      autoload -Uz compinit; compinit -u -d "$PWD/dump"
      source <(greeter completions zsh)
      # What shows the proposals is told apart from what makes them.
      _describe() { print -l -- "\${(@P)2}" }
      _files() { print files }
      words=(greeter mani) CURRENT=2; _greeter
      words=(greeter --log-level=de) CURRENT=2; _greeter
      words=(greeter run --kubeconfig '') CURRENT=4; _greeter
      words=(greeter '$(touch injected)' '') CURRENT=3; _greeter
      print $_comps[greeter]`,
    answer:
      "manifests:Print the objects that deploy the operator, with the rights that its controllers declare and no more\n" +
      "--log-level=debug:the lowest level that is logged\nfiles\nfiles\n_greeter\n",
  },
  fish: {
    ask: `
      greeter completions fish | source
      complete -C 'greeter mani'
      complete -C 'greeter --log-level=de'
      complete -C 'greeter graph --format '
      complete -C 'greeter run --kubeconfig /etc/passw'`,
    answer:
      "manifests\tPrint the objects that deploy the operator, with the rights that its controllers declare and no more\n" +
      "--log-level=debug\tthe lowest level that is logged\n" +
      ["text", "mermaid", "svg"].map((format) =>
        `${format}\tas text for a terminal, as a Mermaid flowchart, or as a picture that is light or dark as its reader is\n`
      ).sort().join("") + "/etc/passwd\n/etc/passwd-\n",
  },
};

for (const [shell, { ask, answer }] of Object.entries(SHELLS)) {
  Deno.test({
    name: `${shell} takes the script twice, proposes what fits, and runs nothing of what is typed`,
    ignore: !await isThere(shell),
    fn: async () => {
      const folder = await Deno.makeTempDir();
      try {
        const program = new URL("program.ts", import.meta.url).pathname;
        const text = `#!/bin/sh\nexec "${Deno.execPath()}" run --no-check --no-prompt "${program}" "$@"\n`;
        await Deno.writeTextFile(`${folder}/greeter`, text, { mode: 0o755 });
        const { stdout, stderr } = await new Deno.Command(shell, {
          args: [...(shell === "bash" ? ["--norc"] : shell === "zsh" ? ["-f"] : ["--no-config"]), "-c", ask],
          cwd: folder,
          env: { PATH: `${folder}:${Deno.env.get("PATH")}`, HOME: folder, TERM: "dumb", DENO_DIR: await denoDir() },
        }).output();
        const decoder = new TextDecoder();
        assertEquals(decoder.decode(stdout), answer, decoder.decode(stderr));
        const names = (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name);
        assertEquals(names.includes("injected"), false);
      } finally {
        await Deno.remove(folder, { recursive: true });
      }
    },
  });
}

/** Where Deno keeps its packages, which is not below the home of the shell. */
async function denoDir(): Promise<string> {
  const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["info", "--json"] }).output();
  return JSON.parse(new TextDecoder().decode(stdout)).denoDir;
}

async function isThere(program: string): Promise<boolean> {
  const granted = await Deno.permissions.query({ name: "run", command: program });
  if (granted.state !== "granted") return false;
  return await new Deno.Command(program, { args: ["--version"], stdout: "null", stderr: "null" }).output()
    .then(({ success }) => success, () => false);
}
