/** Names that Kubernetes takes: too long ones are shortened, and a hash keeps them apart. */

import type { ResourceKind } from "../model/mod.ts";
import { hashText } from "./hash.ts";

/** The longest that a label's value, and the name of a Service, may be. */
const LONGEST = 63;

/** Kinds that give their own name, and more, to what they make: the longest that works. */
const LONGEST_OF_KIND: Readonly<Record<string, number>> = { "apps/StatefulSet": 52, "batch/CronJob": 52 };

const SERVICE = "/Service";

const HASH_LENGTH = 10;

/**
 * A name that an object of the kind can have: of no more characters than work, and for Services, whose names are parts of
 * host names, without dots.
 */
export function fitName(kind: ResourceKind, name: string): string {
  const id = `${kind.group}/${kind.kind}`;
  const longest = LONGEST_OF_KIND[id] ?? LONGEST;
  return id === SERVICE && name.includes(".")
    ? hashedName(name.replaceAll(".", "-"), name, longest)
    : shortenName(name, longest);
}

/**
 * A name of no more characters than the limit. One that is too long keeps its beginning and gets a hash of the whole, so
 * the same name is shortened to the same, and two names hardly ever to one.
 *
 * @param name The name.
 * @param longest How many characters it may have.
 */
export function shortenName(name: string, longest: number = LONGEST): string {
  return name.length <= longest ? name : hashedName(name, name, longest);
}

function hashedName(readable: string, whole: string, longest: number): string {
  const head = readable.slice(0, longest - HASH_LENGTH - 1).replace(/[^a-zA-Z0-9]+$/, "");
  return `${head}-${hashWord(whole)}`;
}

/** More bits of the hash in as many characters: to the base of 36. */
function hashWord(name: string): string {
  return BigInt(`0x${hashText(name)}`).toString(36).padStart(HASH_LENGTH, "0").slice(-HASH_LENGTH);
}
