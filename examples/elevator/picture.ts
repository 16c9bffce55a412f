/** Takes the picture of the README: the operator's own live page, in a real browser. Run by `deno task elevator:picture`. */

import { say } from "../show.ts";
import { Stage } from "../stage.ts";
import { findChromium, startChromium } from "./browser.ts";
import { Elevator } from "./kind.ts";
import { serveLive } from "./live.ts";
import { controllerFor } from "./operator.ts";

const PICTURE = new URL("./elevator.png", import.meta.url);

/** On its way from the ground to floor 8, the picture is taken at 5. */
const WANTED = 8;
const TAKEN_AT = "5";

if (import.meta.main) {
  const chromium = findChromium();
  if (!chromium) throw new Error("Cannot take a picture as there is no Chromium: install it, or name it in CHROMIUM");
  await using stage = Stage.embedded("examples/elevator/main.ts", () => {});
  await stage.install(Elevator);
  await stage.serve(controllerFor());
  await using live = serveLive({ client: stage.client });
  await stage.user.create(Elevator, { metadata: { name: "lift" }, spec: { floor: 0, content: "Ada" } });

  await using browser = await startChromium(chromium);
  const page = await browser.newPage({ viewport: { width: 480, height: 720 } });
  await page.goto(`${live.url}default/lift/`);
  await stage.user.patch(Elevator, "lift", { merge: { spec: { floor: WANTED } } });
  await page.locator(`#floor:text-is("${TAKEN_AT}")`).waitFor();
  const picture = await page.screenshot({ animations: "disabled" });
  await Deno.writeFile(PICTURE, picture);
  say(`examples/elevator/elevator.png: ${picture.length} bytes, by Chromium ${browser.version()}`);
}
