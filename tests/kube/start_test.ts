/** Promises about what importing loads: it is what each start of an operator costs. */

import { assertEquals } from "@std/assert";

const root = new URL("../../", import.meta.url);
const states = await Promise.all([
  Deno.permissions.query({ name: "run", command: Deno.execPath() }),
  Deno.permissions.query({ name: "read" }),
]);
const ignore = states.some(({ state }) => state !== "granted");

interface Module {
  readonly specifier: string;
  readonly dependencies?: readonly {
    readonly code?: { readonly specifier: string };
    readonly isDynamic?: boolean;
  }[];
}

/** What is loaded with a module, at once. */
async function loadedWith(path: string): Promise<string[]> {
  const command = new Deno.Command(Deno.execPath(), { args: ["info", "--json", path], cwd: root });
  const { modules, redirects } = JSON.parse(new TextDecoder().decode((await command.output()).stdout)) as {
    modules: Module[];
    redirects: Record<string, string>;
  };
  const loaded = new Set<string>();
  const load = (name: string) => {
    const specifier = redirects[name] ?? name;
    if (loaded.has(specifier)) return;
    loaded.add(specifier);
    for (const { code, isDynamic } of modules.find((module) => module.specifier === specifier)?.dependencies ?? []) {
      if (code && !isDynamic) load(code.specifier);
    }
  };
  load(new URL(path, root).href);
  return [...loaded];
}

Deno.test(
  "importing the module loads nothing of Node, and of npm only OpenTelemetry's interface",
  { ignore },
  async () => {
    const foreign = (await loadedWith("mod.ts")).filter((specifier) => /^(npm|node):/.test(specifier));
    assertEquals(foreign.filter((specifier) => !specifier.includes("@opentelemetry/api@")), []);
  },
);

/** The module as one file. */
async function bundled(): Promise<string> {
  const command = new Deno.Command(Deno.execPath(), { args: ["bundle", "--quiet", "mod.ts"], cwd: root });
  return new TextDecoder().decode((await command.output()).stdout);
}

Deno.test("as one file, its text takes V8 one byte a character: one beyond Latin-1 would make it two of all", {
  ignore,
}, async () => {
  assertEquals((await bundled()).match(/.*[\u0100-\uffff].*/g), null);
});

Deno.test("as one file, too, the module loads nothing of Node at its start", { ignore }, async () => {
  const bundle = await bundled();
  // There, what was imported for later only is imported at once, when it is imported by a module of its own.
  assertEquals(bundle.match(/^import .*"node:.*/gm), null);
  assertEquals(bundle.match(/import\("node:/g)?.length !== undefined, true);
});
