import { assertEquals } from "@std/assert";
import { formatJson, formatLine, type LogFields, type Logger, withFields } from "../../../lib/telemetry/mod.ts";

const TIME = new Date("2026-01-02T03:04:05.678Z");

Deno.test("a line has time, level, message and fields; what is undefined is left out", () => {
  assertEquals(
    formatLine(TIME, "INFO", "changed", { controller: "foo", ms: 12, step: undefined, ok: true }),
    "2026-01-02T03:04:05.678Z INFO  changed controller=foo ms=12 ok=true",
  );
});

Deno.test("a line stays one line, whatever its message and its fields hold", () => {
  const line = formatLine(TIME, "WARN", "two\nlines\r", { error: 'a "quoted"\nbreak', empty: "", pair: "a=b" });
  assertEquals(line.split(/[\n\r]/).length, 1);
  assertEquals(
    line,
    '2026-01-02T03:04:05.678Z WARN  two\\nlines\\r error="a \\"quoted\\"\\nbreak" empty="" pair="a=b"',
  );
});

Deno.test("a line shows what a terminal would obey: other people's texts erase and forge nothing", () => {
  const odd = "a\x1b[2Kb\u009bc\u2028d\u202ee\0";
  const line = formatLine(TIME, "WARN", odd, { error: odd, spaced: `x ${odd}`, ["k\x1b\ny"]: "v" });
  const shown = "a\\u001b[2Kb\\u009bc\\u2028d\\u202ee\\u0000";
  assertEquals(line, `2026-01-02T03:04:05.678Z WARN  ${shown} error="${shown}" spaced="x ${shown}" "k\\u001b\\ny"=v`);
});

Deno.test("a value that is too long is cut, and says so", () => {
  const line = formatLine(TIME, "INFO", "x", { error: "e".repeat(10_000) });
  assertEquals(line.endsWith(`error=${"e".repeat(500)}…`), true);
});

Deno.test("fields that are added go with every line, and a line's own fields win", () => {
  const lines: [string, string, LogFields | undefined][] = [];
  const keep = (level: string) => (message: string, fields?: LogFields) => void lines.push([level, message, fields]);
  const logger: Logger = { debug: keep("debug"), info: keep("info"), warn: keep("warn"), error: keep("error") };
  const log = withFields(logger, { key: "a", step: "none" });
  log.debug("1");
  log.info("2", { step: "look" });
  log.warn("3");
  log.error("4");
  assertEquals(lines, [
    ["debug", "1", { key: "a", step: "none" }],
    ["info", "2", { key: "a", step: "look" }],
    ["warn", "3", { key: "a", step: "none" }],
    ["error", "4", { key: "a", step: "none" }],
  ]);
});

Deno.test("as JSON a line is one object of time, level, message and fields, with their types", () => {
  const line = formatJson(TIME, "WARN", "two\nlines", { controller: "foo", ms: 12, step: undefined, ok: true });
  assertEquals(line.includes("\n"), false);
  assertEquals(JSON.parse(line), {
    ...{ time: "2026-01-02T03:04:05.678Z", level: "warn", message: "two\nlines" },
    ...{ controller: "foo", ms: 12, ok: true },
  });
});

Deno.test("a field cannot take the place of time, level or message", () => {
  const { level, level_ } = JSON.parse(formatJson(TIME, "INFO", "x", { level: "high" }));
  assertEquals([level, level_], ["info", "high"]);
});

Deno.test("a value that is too long is cut in JSON, too", () => {
  assertEquals(JSON.parse(formatJson(TIME, "INFO", "x", { error: "e".repeat(10_000) })).error.length, 501);
});
