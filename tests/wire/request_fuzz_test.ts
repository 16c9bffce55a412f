/** A promise about requests of any kind, on parts that are made up. */

import { assert, assertEquals } from "@std/assert";
import { seededRandom } from "../../lib/testing/mod.ts";
import { HeaderLines, RequestBytes, type WireRequest } from "../../lib/wire/request_bytes.ts";
import { shown } from "./pieces.ts";

/** How many requests are tried; more by `STAIRCASE_WIRE_INPUTS=1000000`, from `STAIRCASE_WIRE_SEED` on. */
const INPUTS = Number(Deno.env.get("STAIRCASE_WIRE_INPUTS") ?? 4_000);
const FIRST = Number(Deno.env.get("STAIRCASE_WIRE_SEED") ?? 1);

const ODD = ["\r", "\n", "\r\n", "\0", "\x7f", "\x85", " ", "\t", ":", "é", "\u010a", "\u{1f600}", "\ud800", "\u2028"];
const USUAL = ["a", "Z", "0", "-", "/", "%20", "?", "=", "~", "_"];
const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
const encoder = new TextEncoder();

/** A request whose headers stand one by one. */
interface ListedRequest extends WireRequest {
  readonly headers: readonly (readonly [name: string, value: string])[];
}

function requestOf(seed: number): ListedRequest {
  const random = seededRandom(seed);
  const below = (bound: number) => Math.floor(random.next() * bound);
  const text = (length: number, odd: number) =>
    Array.from({ length }, () => {
      const characters = odd > 0 && below(odd) === 0 ? ODD : USUAL;
      return characters[below(characters.length)];
    }).join("");
  // About half of them are as they must be.
  const odd = below(2) === 0 ? 0 : 20;
  const length = below(100) === 0 ? 12_200 + below(200) : below(30);
  const body = below(3) === 0 ? undefined : text(length, 3);
  return {
    method: odd > 0 && below(10) === 0 ? text(3, 2) : METHODS[below(METHODS.length)]!,
    target: `/${text(below(20), odd)}`,
    headers: Array.from({ length: below(5) }, (_, at): [string, string] => [
      `x${at}${text(below(3), odd).replace(/[/?=%]/g, "")}`,
      text(below(50) === 0 ? 1_000 + below(1_000) : below(12), odd && odd * 2),
    ]),
    body: body !== undefined && below(2) === 0 ? encoder.encode(body) : body,
  };
}

/** What the bytes of a request must be: its parts, and nothing that any of them adds. */
function expected({ method, target, headers, body }: ListedRequest): string {
  const bytes = typeof body === "string" ? encoder.encode(body) : body;
  const hasNoLength = bytes === undefined && ["GET", "HEAD", "OPTIONS"].includes(method);
  const lines = [`${method} ${target} HTTP/1.1`, "host: h", ...headers.map(([name, value]) => `${name}: ${value}`)];
  if (!hasNoLength) lines.push(`content-length: ${bytes?.length ?? 0}`);
  for (const line of lines) assert(/^[\t\x20-\x7e]+$/.test(line), JSON.stringify(line));
  return `${lines.join("\r\n")}\r\n\r\n${shown(bytes ?? new Uint8Array(0))}`;
}

Deno.test("any request is refused, or sent as exactly its parts", () => {
  const bytes = new RequestBytes();
  let sent = 0;
  for (let seed = FIRST; seed < FIRST + INPUTS; seed++) {
    const request = requestOf(seed);
    let made: string;
    try {
      // Put together before, or now.
      const headers = seed % 2 === 0 ? new HeaderLines(request.headers) : request.headers;
      made = shown(bytes.of({ ...request, headers }, "h"));
    } catch (error) {
      assert(error instanceof TypeError, `STAIRCASE_WIRE_SEED=${seed}`);
      continue;
    }
    sent++;
    if (made !== expected(request)) assertEquals(made, expected(request), `STAIRCASE_WIRE_SEED=${seed}`);
  }
  assert(sent > INPUTS / 3 && sent < INPUTS, `${sent}`);
});
