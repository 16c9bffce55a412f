/** Promises about `@std/log`, kept by the package and by its drop-in alike. */

import { assertEquals } from "@std/assert";
import { ConsoleHandler, Logger, type LogRecord } from "@std/log";

class Memory extends ConsoleHandler {
  readonly lines: string[] = [];

  override log(msg: string): void {
    this.lines.push(msg);
  }
}

Deno.test("a logger hands on lines of its level and above, and its handler those of its own", () => {
  const handler = new Memory("WARN", { useColors: false });
  const logger = new Logger("test", "INFO", { handlers: [handler] });
  logger.debug("not for the logger");
  logger.info("not for the handler");
  logger.warn("careful");
  logger.error("broken");
  assertEquals(handler.lines, ["WARN careful", "ERROR broken"]);
});

Deno.test("a level that is set later counts from then on", () => {
  const handler = new Memory("DEBUG", { useColors: false });
  const logger = new Logger("test", "ERROR", { handlers: [handler] });
  logger.info("no");
  logger.levelName = "INFO";
  logger.info("yes");
  assertEquals(handler.lines, ["INFO yes"]);
});

Deno.test("a formatter makes the line from the record, with its arguments", () => {
  const records: LogRecord[] = [];
  const formatter = (record: LogRecord) => {
    records.push(record);
    return `${record.msg}!`;
  };
  const handler = new Memory("DEBUG", { formatter, useColors: false });
  new Logger("test", "DEBUG", { handlers: [handler] }).info("hello", { name: "foo" });
  const [{ levelName, loggerName, args, msg, datetime }] = records as [LogRecord];
  assertEquals({ levelName, loggerName, args, msg, isDate: datetime instanceof Date }, {
    levelName: "INFO",
    loggerName: "test",
    args: [{ name: "foo" }],
    msg: "hello",
    isDate: true,
  });
  assertEquals(handler.lines, ["hello!"]);
});

Deno.test("a message may be a function that is called only when the line is wanted", () => {
  const handler = new Memory("DEBUG", { useColors: false });
  const logger = new Logger("test", "INFO", { handlers: [handler] });
  assertEquals(logger.debug(() => "costly"), undefined);
  assertEquals(logger.info(() => "worth it"), "worth it");
  assertEquals(handler.lines, ["INFO worth it"]);
});
