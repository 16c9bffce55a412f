/** Promises about each form of the permissions: the real Deno takes it, and grants exactly what it says. */

import { formatPermissionFlags, podPermissions } from "@staircase/operator/cluster";
import { operatorPermissions, permissionSet } from "@staircase/operator/deploy";
import { assertEquals } from "@std/assert";
import { CHECKOUT, compilerAtHand, run, temporaryFolder, variable } from "../packaging/programs.ts";

const PROBE = `${CHECKOUT}tests/deploy/permission_probe.ts`;
const DENOS = [Deno.execPath(), variable("DENO_2_6")].filter((deno) => deno !== undefined);
const on = (deno: string) => deno === Deno.execPath() ? "" : "; on Deno 2.6";

/** Permissions of each kind, and beside each one that must not be granted with it. */
const NEEDS = await operatorPermissions(
  {
    needs: {
      net: ["shop.example:443"],
      read: ["/etc/shop"],
      env: ["SHOP"],
      run: ["/bin/true"],
      write: ["/tmp/shop"],
      sys: ["hostname"],
    },
  },
  { for: "pod", port: 8080, env: ["OPERATOR_PORT"] },
);
const GRANTED: readonly Deno.PermissionDescriptor[] = [
  { name: "net", host: "kubernetes.default.svc:443" },
  { name: "net", host: "[::]:8080" },
  { name: "net", host: "0.0.0.0:8080" },
  { name: "net", host: "shop.example:443" },
  { name: "read", path: "/var/run/secrets/kubernetes.io/serviceaccount" },
  { name: "read", path: "/var/run/secrets/kubernetes.io/serviceaccount/..data/token" },
  { name: "read", path: "/etc/shop" },
  { name: "env", variable: "SHOP" },
  { name: "env", variable: "OPERATOR_PORT" },
  { name: "run", command: "/bin/true" },
  { name: "write", path: "/tmp/shop" },
  { name: "sys", kind: "hostname" },
];
const REFUSED: readonly Deno.PermissionDescriptor[] = [
  { name: "net" },
  { name: "net", host: "kubernetes.default.svc" },
  { name: "net", host: "kubernetes.default.svc:80" },
  { name: "net", host: "shop.example:80" },
  { name: "read" },
  { name: "read", path: "/var/run/secrets" },
  { name: "read", path: "/etc/shops" },
  { name: "read", path: "/run/secrets/kubernetes.io/serviceaccount" },
  { name: "env" },
  { name: "env", variable: "SHOPS" },
  { name: "run" },
  { name: "run", command: "/bin/sh" },
  { name: "write" },
  { name: "write", path: "/etc/shop" },
  { name: "sys" },
  { name: "sys", kind: "osRelease" },
  { name: "ffi" },
];

/** What a program answers that is started so. */
async function assertExact(program: string, args: readonly string[], cwd: string): Promise<void> {
  const { code, stdout, stderr } = await run(program, [...args, JSON.stringify([...GRANTED, ...REFUSED])], { cwd });
  assertEquals(code, 0, stderr);
  const expected = [...GRANTED.map(() => "granted"), ...REFUSED.map(() => "prompt")];
  assertEquals(JSON.parse(stdout), expected);
}

/** A `deno.json` in a folder of its own. */
async function configured(folder: { path: string }, content: unknown): Promise<string> {
  const path = `${folder.path}/deno.json`;
  await Deno.writeTextFile(path, JSON.stringify(content));
  return path;
}

for (const deno of DENOS) {
  Deno.test(`flags grant exactly what they say${on(deno)}`, async () => {
    await assertExact(deno, ["run", "--no-prompt", "--no-config", ...formatPermissionFlags(NEEDS), PROBE], CHECKOUT);
  });

  Deno.test(`a set in deno.json grants exactly what it says${on(deno)}`, async () => {
    await using folder = await temporaryFolder();
    const config = await configured(folder, { permissions: { operator: permissionSet(NEEDS) } });
    await assertExact(deno, ["run", "--no-prompt", `--config=${config}`, "-P=operator", PROBE], folder.path);
  });

  Deno.test(`a set takes commas in every kind, which flags do not${on(deno)}`, async () => {
    await using folder = await temporaryFolder();
    const set = permissionSet({ net: [], read: ["/a,b"], env: ["A,B"], run: [] });
    const config = await configured(folder, { permissions: { operator: set } });
    const query = [{ name: "read", path: "/a,b" }, { name: "read", path: "/a" }, { name: "env", variable: "A,B" }];
    const args = ["run", "--no-prompt", `--config=${config}`, "-P=operator", PROBE, JSON.stringify(query)];
    const { stdout, stderr } = await run(deno, args, { cwd: folder.path });
    assertEquals(stdout, '["granted","prompt","granted"]', stderr);
  });

  Deno.test(`a directory that links lead to and from is granted as it is written${on(deno)}`, async () => {
    // As in a pod: /var/run is a link, and so are the token and the directory that it is in.
    await using folder = await temporaryFolder();
    const path = `${folder.path}/run/sa`;
    await Deno.mkdir(`${path}/..1`, { recursive: true });
    await Deno.writeTextFile(`${path}/..1/token`, "secret");
    await Deno.symlink("..1", `${path}/..data`);
    await Deno.symlink("..data/token", `${path}/token`);
    await Deno.symlink("run", `${folder.path}/var-run`);
    const code = `Deno.stdout.writeSync(Deno.readFileSync("${folder.path}/var-run/sa/token"))`;
    await Deno.writeTextFile(`${folder.path}/reads.ts`, code);
    const flags = formatPermissionFlags({ ...podPermissions(), read: [`${folder.path}/var-run/sa`] });
    const { stdout, stderr } = await run(deno, ["run", "--no-prompt", ...flags, `${folder.path}/reads.ts`]);
    assertEquals(stdout, "secret", stderr);
  });
}

const compiler = compilerAtHand();

Deno.test({
  name: "a set for deno compile, and flags for it, are baked in exactly",
  // Compiling takes Deno's runtime part: DENORT_BIN and DENO_2_6 name one and its Deno.
  ignore: compiler === undefined,
  fn: async () => {
    await using folder = await temporaryFolder();
    const config = await configured(folder, { compile: { permissions: permissionSet(NEEDS) } });
    const forms = [[`--config=${config}`, "-P"], ["--no-config", ...formatPermissionFlags(NEEDS)]];
    for (const form of forms) {
      const output = `${folder.path}/probe`;
      const args = ["compile", "--quiet", "--no-prompt", ...form, "--output", output, PROBE];
      const made = await run(compiler!.deno, args, { env: { DENORT_BIN: compiler!.denort } });
      assertEquals(made.code, 0, made.stderr);
      await assertExact(output, [], "/");
    }
  },
});
