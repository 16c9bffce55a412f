/** Promises about `NO_PROXY`: the rules are Go's, so that kubectl and this go the same way. */

import { assert, assertFalse } from "@std/assert";
import { isExcepted, isThisMachine } from "../../../lib/kube/connect/route/no_proxy.ts";

/** Lists, with destinations that they name and that they do not. */
const lists: Readonly<Record<string, { readonly named: readonly string[]; readonly others: readonly string[] }>> = {
  "": { named: [], others: ["a.example:443"] },
  " , ,": { named: [], others: ["a.example:443"] },
  "*": { named: ["a.example:443", "10.0.0.1:6443", "[fd00::1]:6443"], others: [] },
  "a.example": {
    named: ["a.example:443", "x.a.example:6443"],
    others: ["ba.example:443", "example:443", "a.example.org:443"],
  },
  ".a.example": { named: ["x.a.example:443", "y.x.a.example:443"], others: ["a.example:443", "ba.example:443"] },
  "*.a.example": { named: ["x.a.example:443"], others: ["a.example:443"] },
  "A.Example , b": { named: ["a.example:443", "b:443"], others: ["c:443"] },
  "a.example:6443": { named: ["a.example:6443", "x.a.example:6443"], others: ["a.example:443"] },
  ".a.example:6443": { named: ["x.a.example:6443"], others: ["x.a.example:443"] },
  ":443": { named: [], others: ["a.example:443"] },
  "10.0.0.1": { named: ["10.0.0.1:443"], others: ["10.0.0.10:443", "110.0.0.1:443"] },
  "10.0.0.1:6443": { named: ["10.0.0.1:6443"], others: ["10.0.0.1:443"] },
  "10.0.0.0/8": { named: ["10.1.2.3:443"], others: ["11.0.0.1:443", "[a00::]:443", "10.example:443"] },
  "10.0.0.0/9,192.168.0.0/16": { named: ["10.127.0.1:1", "192.168.3.4:1"], others: ["10.128.0.1:1"] },
  "0.0.0.0/0": { named: ["8.8.8.8:1"], others: ["[fd00::1]:1", "a.example:1"] },
  "10.0.0.0/33": { named: [], others: ["10.0.0.0:1"] },
  "fd00::/8": { named: ["[fd12:3456::1]:1"], others: ["[fe80::1]:1", "253.0.0.1:1"] },
  "fd00::1": { named: ["[fd00::1]:1", "[fd00:0:0::1]:1"], others: ["[fd00::2]:1"] },
  "[fd00::1]:6443": { named: ["[fd00::1]:6443"], others: ["[fd00::1]:443"] },
  "[fd00::1]": { named: [], others: ["[fd00::1]:443"] },
  "::ffff:10.0.0.0/104": { named: ["10.9.9.9:1"], others: ["11.0.0.1:1", "[fd00::1]:1"] },
  "::ffff:10.0.0.0/9": { named: ["[::1]:1"], others: ["10.0.0.0:1"] },
  "::ffff:10.0.0.1": { named: ["10.0.0.1:1"], others: ["10.0.0.2:1"] },
  "300.0.0.1": { named: [], others: ["30.0.0.1:1"] },
};

function destinationOf(text: string) {
  const { hostname, port } = new URL(`none://${text}`);
  const name = hostname.startsWith("[") ? new URL(`http://${hostname}`).hostname : hostname;
  return { hostname: name.replace(/^\[|\]$/g, ""), port: Number(port) };
}

for (const [list, { named, others }] of Object.entries(lists)) {
  Deno.test(`whom a list of NO_PROXY names: ${JSON.stringify(list)}`, () => {
    for (const each of named) assert(isExcepted(list, destinationOf(each)), `${each} is named`);
    for (const each of others) assertFalse(isExcepted(list, destinationOf(each)), `${each} is not named`);
  });
}

Deno.test("this machine is behind no proxy of the environment", () => {
  for (const each of ["localhost:1", "127.0.0.1:1", "127.9.9.9:1", "[::1]:1", "[::ffff:127.0.0.1]:1"]) {
    assert(isThisMachine(destinationOf(each)), each);
  }
  for (const each of ["local:1", "10.0.0.1:1", "128.0.0.1:1", "[::2]:1"]) {
    assertFalse(isThisMachine(destinationOf(each)), each);
  }
});
