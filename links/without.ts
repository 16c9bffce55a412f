/**
 * Runs a Deno command as if there were no drop-ins, with the real packages from JSR.
 *
 * `deno run -A links/without.ts test -A tests` is `deno test -A tests` with a configuration without `links`. That file
 * is next to `deno.json` while the command runs, because its paths are relative. The lock file is not touched.
 *
 * @module
 */

const [subcommand, ...args] = Deno.args;
if (subcommand === undefined) throw new TypeError("Cannot run Deno as the command is missing: name one, such as test");

const config = JSON.parse(await Deno.readTextFile("deno.json"));
delete config.links;
const path = await Deno.makeTempFile({ dir: ".", prefix: "deno-without-links-", suffix: ".json" });
try {
  await Deno.writeTextFile(path, JSON.stringify(config));
  const command = new Deno.Command(Deno.execPath(), { args: [subcommand, "--config", path, "--no-lock", ...args] });
  Deno.exitCode = (await command.spawn().status).code;
} finally {
  await Deno.remove(path);
}
