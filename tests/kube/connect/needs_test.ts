/** Promises about permissions as values. */

import { assertEquals } from "@std/assert";
import { PermissionError } from "../../../lib/kube/connect/found/errors.ts";
import { formatPermissionFlags, hostOf, joinNeeds } from "../../../lib/kube/connect/found/needs.ts";

Deno.test("flags name exactly what is needed, one a kind, with commas escaped as Deno reads them", () => {
  const needs = joinNeeds({ net: ["a:443"], read: ["/x", "/y,z"] }, { read: ["/x"], run: ["aws"] });
  assertEquals(formatPermissionFlags(needs), ["--allow-net=a:443", "--allow-read=/x,/y,,z", "--allow-run=aws"]);
});

Deno.test("nothing needed is no flag", () => {
  assertEquals(formatPermissionFlags(joinNeeds()), []);
});

Deno.test("a host always has its port", () => {
  assertEquals(hostOf("https://a.example/base"), "a.example:443");
  assertEquals(hostOf("http://a.example"), "a.example:80");
  assertEquals(hostOf("https://[::1]:6443"), "[::1]:6443");
});

Deno.test("a missing permission is said with all flags at once", () => {
  const error = new PermissionError("connect to https://a", joinNeeds({ net: ["a:443"], read: ["/ca"], run: ["aws"] }));
  assertEquals(
    error.message,
    "Cannot connect to https://a as net, read and run permissions are missing: run with " +
      "--allow-net=a:443 --allow-read=/ca --allow-run=aws",
  );
  assertEquals(error.flags, ["--allow-net=a:443", "--allow-read=/ca", "--allow-run=aws"]);
});
