/** A real headless browser, for the picture of the page and its tests. */

import { type Browser, chromium } from "npm:playwright-core@^1.50.0";

/** Where to look for Chromium, in order of preference. */
const PLACES = ["chromium", "chromium-browser", "google-chrome"].map((name) => `/usr/bin/${name}`);

/** The path of Chromium: the value of `CHROMIUM`, or an installed one; `undefined` if there is none. */
export function findChromium(): string | undefined {
  const named = Deno.env.get("CHROMIUM");
  return (named ? [named, ...PLACES] : PLACES).find(isFile);
}

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
