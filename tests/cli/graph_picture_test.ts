/** The picture of plans, as a browser draws it. */

import { assert, assertEquals } from "@std/assert";
import { findChromium, startChromium } from "../../examples/elevator/browser.ts";
import { call } from "./fixture.ts";

Deno.test({
  name: "in a real browser, every name fits on its stair and can be read, in light and in dark",
  // There is no Chromium on this machine, or it may not be run.
  ignore: !await hasChromium(),
  fn: async () => {
    const file = await Deno.makeTempFile({ suffix: ".svg" });
    try {
      await Deno.writeTextFile(file, (await call(["graph", "--format", "svg"])).out);
      await using browser = await startChromium(findChromium()!);
      const backgrounds = await Promise.all(
        (["light", "dark"] as const).map(async (colorScheme) => {
          const page = await browser.newPage({ colorScheme });
          await page.goto(`file://${file}`);
          const [whole, slabs, names, fill] = await page.evaluate(measure) as Measures;
          assertEquals(names.length, 5);
          for (const [index, name] of names.entries()) {
            const slab = slabs[index]!;
            assert(name.left >= slab.left && name.right <= slab.right, `${JSON.stringify({ name, slab })}`);
            assert(slab.right <= whole.right && slab.bottom <= whole.bottom, "the stair is in the picture");
            assert(contrast(name.color, slab.color) > 4.5, `${colorScheme}: ${name.color} on ${slab.color}`);
          }
          return fill;
        }),
      );
      assertEquals(new Set(backgrounds).size, 2);
    } finally {
      await Deno.remove(file);
    }
  },
});

interface Box {
  readonly left: number;
  readonly right: number;
  readonly bottom: number;
  readonly color: string;
}

type Measures = [whole: Box, slabs: Box[], names: Box[], fill: string];

/** Run in the browser, as text: it has types of its own. */
const measure = `(() => {
  const box = (element) => {
    const { left, right, bottom } = element.getBoundingClientRect();
    return { left, right, bottom, color: getComputedStyle(element).fill };
  };
  const all = (selector) => [...document.querySelectorAll(selector)].map(box);
  const page = document.querySelector(".page");
  return [box(page), all("rect.slab[height='46']"), all("text.name"), getComputedStyle(page).fill];
})()`;

/** The contrast of two colours, as WCAG defines it. */
function contrast(a: string, b: string): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light! + 0.05) / (dark! + 0.05);
}

function luminance(color: string): number {
  const parts = color.match(/\d+/g)!.slice(0, 3).map((part) => {
    const share = Number(part) / 255;
    return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * parts[0]! + 0.7152 * parts[1]! + 0.0722 * parts[2]!;
}

async function hasChromium(): Promise<boolean> {
  const granted = await Promise.all(
    (["read", "run", "env"] as const).map(async (name) => (await Deno.permissions.query({ name })).state === "granted"),
  );
  return granted.every((each) => each) && findChromium() !== undefined;
}
