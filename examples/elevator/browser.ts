/** A real browser, headless, for the picture of the page and the tests of it. */

import { type Browser, chromium } from "npm:playwright-core@^1.50.0";

/** Where Chromium is found, in the order of preference. */
const PLACES = ["chromium", "chromium-browser", "google-chrome"].map((name) => `/usr/bin/${name}`);

/** The path of Chromium: what `CHROMIUM` names, or one that is installed; `undefined` where there is none. */
export function findChromium(): string | undefined {
  const named = Deno.env.get("CHROMIUM");
  return (named ? [named, ...PLACES] : PLACES).find(isFile);
}

/** Starts the browser. */
export async function startChromium(executablePath: string): Promise<Browser> {
  return await chromium.launch({ executablePath });
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
