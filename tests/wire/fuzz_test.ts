/** Promises about answers of any kind, on inputs that are made up: see `fuzz.ts`. */

import { assert, assertEquals } from "@std/assert";
import { seededRandom } from "../../lib/testing/mod.ts";
import { type Cut, type Example, type Outcome, played, spoiled, validExample, validSequence } from "./fuzz.ts";
import { hasNodeParser, type NodeAnswer, nodeAnswers } from "./node_parser.ts";
import { latin1 } from "./pieces.ts";

/** How many answers are tried; more by `STAIRCASE_WIRE_INPUTS=1000000`, from `STAIRCASE_WIRE_SEED` on. */
const INPUTS = Number(Deno.env.get("STAIRCASE_WIRE_INPUTS") ?? 4_000);
const FIRST = Number(Deno.env.get("STAIRCASE_WIRE_SEED") ?? 1);

/** Of each so many seeds, one is an answer that is as it must be. */
const VALID_EVERY = 4;
/** Of each so many, one comes in byte by byte as well. */
const BYTES_EVERY = 5;
/** Of each so many that are short, one is cut at every byte. */
const CUTS_EVERY = 50;
const SHORT = 150;
/** At most so many are shown to Node: its parser takes longer. */
const MOST_FOR_NODE = 100_000;

/** Seeds of answers that are as they must be, or of the others. */
function* seeds(isValid: boolean, count = INPUTS): Generator<number> {
  for (let seed = FIRST; seed < FIRST + count; seed++) if ((seed % VALID_EVERY === 0) === isValid) yield seed;
}

/** A request, and an answer with some faults. */
function spoiledExample(seed: number): Pick<Example, "method" | "text"> {
  const random = seededRandom(seed);
  const { method, text } = validExample(random, true);
  return { method, text: spoiled(random, text, validExample(random, random.next() < 0.5).text) };
}

/** Every way in which an answer is cut besides not at all. */
function* cuts(seed: number, length: number): Generator<Cut> {
  yield seededRandom(seed + 1);
  if (seed % BYTES_EVERY === 0 && length < 5_000) yield "bytes";
  if (length > SHORT || Math.floor(seed / VALID_EVERY) % CUTS_EVERY !== 0) return;
  for (let at = 1; at < length; at++) yield at;
}

function expected({ status, framing, body, keepsOpen }: Example): Outcome {
  return { status, framing, body, keepsOpen };
}

Deno.test("each of the answers on a connection is what it says, and takes its bytes and no more, however they come in", async () => {
  for (const seed of seeds(true)) {
    const sequence = validSequence(seededRandom(seed));
    const length = Math.max(...sequence.map(({ text }) => text.length));
    for (const cut of ["whole", ...cuts(seed, length)] as Cut[]) {
      const { outcomes } = await played(sequence, cut);
      assertSame(outcomes, sequence.map(expected), seed);
    }
  }
});

Deno.test("whatever comes is an answer or a WireError, the same however it comes in, in bounded time and room", async () => {
  for (const seed of seeds(false)) {
    const example = spoiledExample(seed);
    const { outcomes } = await played([example], "whole");
    for (const cut of cuts(seed, example.text.length)) {
      assertSame((await played([example], cut)).outcomes, outcomes, seed);
    }
  }
});

/** Comparing texts is quick; only what differs is worth a picture. */
function assertSame(outcomes: readonly Outcome[], wanted: readonly Outcome[], seed: number): void {
  const isSame = outcomes.length === wanted.length && outcomes.every((one, at) => isSameOutcome(one, wanted[at]!));
  if (!isSame) assertEquals(outcomes, wanted, `STAIRCASE_WIRE_SEED=${seed}`);
}

function isSameOutcome(one: Outcome, other: Outcome): boolean {
  if ("error" in one && "error" in other) return one.error === other.error || isTooLong(one) || isTooLong(other);
  if ("error" in one || "error" in other) return false;
  return one.status === other.status && one.framing === other.framing && one.body === other.body &&
    one.keepsOpen === other.keepsOpen;
}

/** A whole body has a limit, also by its declared length; a stream has none. */
function isTooLong({ error }: { readonly error: string }): boolean {
  return error.includes("too long to be read as a whole");
}

/** Why two parsers may differ: by an error, and perhaps only where the answer holds something. */
type Reasons = readonly (readonly [error: RegExp, why: string, where?: RegExp])[];

/** What Node takes and the wire does not, by what the wire says. */
const STRICTER: Reasons = [
  [/its transfer-encoding is not/, "Node reads an encoding that it does not know until the end of the connection"],
  [/a content-length and a transfer-encoding/, "Node lets an encoding that it does not know win"],
  [/it has a transfer-encoding, which/, "Node takes one in HTTP/1.0, 1xx and 204, where RFC 9112 (6.1) has none"],
  [
    /it begins with/,
    "Node passes over empty lines before an answer, and takes versions and codes that there are none of",
  ],
  [/control characters in its head/, "Node takes control characters in the reason"],
  [
    /content-length is not a number/,
    "a number that is none in JavaScript; and Node does not look at it in every answer",
  ],
  [/closed by the other side before/, "Node takes a CR alone for a line's end in places", /\r(?!\n)/],
  [/an interim answer of HTTP.1.0/, "RFC 9110 (15.2): HTTP/1.0 has none"],
  [/a line ends without a CR/, "Node takes an LF alone for a line's end in places"],
];

/** What the wire takes and Node does not, by what Node says. */
const MORE_LENIENT: Reasons = [
  [
    /Duplicate Content-Length|Invalid character in Content-Length/,
    "lengths that say the same: RFC 9110 (8.6) allows it",
  ],
  [
    /Invalid character in chunk size/,
    "blanks after a size: before an extension RFC 9112 (7.1.1) wants them to be read",
  ],
  [/Content-Length can't be present/, "Node reads trailers as if they were headers, against RFC 9110 (6.5.1)"],
  [/Data after `Connection: close`/, "Node heeds what an interim answer says of the connection"],
  [/Invalid character in chunk extensions/, "the wire does not read extensions"],
];

/** A tab after the value of these is not taken off by Node, which then reads another value. RFC 9112 (5) takes it off. */
const TAB_AFTER = /^(content-length|transfer-encoding|connection):[^\n]*\t[ \t]*\r$/im;

Deno.test("an answer that is as it must be is the same to Node's parser", { ignore: !hasNodeParser }, () => {
  let compared = 0;
  for (const seed of seeds(true, Math.min(INPUTS, MOST_FOR_NODE))) {
    for (const example of validSequence(seededRandom(seed))) {
      const { answers: [answer, ...more], error } = nodeAnswers(latin1(example.text), example.method === "HEAD");
      if (TAB_AFTER.test(example.text) || error !== undefined && isListed(MORE_LENIENT, error, example.text)) continue;
      const { status, body } = example;
      assertEquals({ ...answer, error, more }, { status, body, isWhole: true, error: undefined, more: [] }, `${seed}`);
      compared++;
    }
  }
  assert(compared > INPUTS / 100, `${compared}`);
});

Deno.test("what the wire makes of a spoiled answer, and of what follows it, Node makes of it too", {
  ignore: !hasNodeParser,
}, async () => {
  let accepted = 0;
  for (const seed of seeds(false, Math.min(INPUTS, MOST_FOR_NODE))) {
    const { method, text } = spoiledExample(seed);
    if (TAB_AFTER.test(text) || text.length > 5_000) continue;
    const { answers, error } = nodeAnswers(latin1(text), method === "HEAD");
    let rest = text;
    for (let at = 0; rest !== ""; at++) {
      // Byte by byte, so that it is known how many were taken.
      const { outcomes: [outcome], takenAtEnd } = await played([{ method, text: rest }], "bytes");
      if (!agree(outcome!, { answer: answers[at], error, text })) {
        assertEquals(
          { wire: outcome, text: rest },
          { node: answers[at], error } as unknown,
          `STAIRCASE_WIRE_SEED=${seed}`,
        );
      }
      if ("error" in outcome! || !outcome!.keepsOpen || !answers[at]?.isWhole) break;
      rest = rest.slice(takenAtEnd);
      accepted++;
    }
  }
  assert(accepted > INPUTS / 100, `${accepted}`);
});

function agree(outcome: Outcome, node: { answer: NodeAnswer | undefined; error: string | undefined; text: string }) {
  const { answer, error, text } = node;
  const isTaken = answer?.isWhole === true;
  if ("error" in outcome) return !isTaken || isListed(STRICTER, outcome.error, text);
  if (!isTaken) return error !== undefined && isListed(MORE_LENIENT, error, text);
  return answer.status === outcome.status && answer.body === outcome.body;
}

function isListed(list: Reasons, error: string, text: string): boolean {
  return list.some(([pattern, , where]) => pattern.test(error) && (where?.test(text) ?? true));
}
