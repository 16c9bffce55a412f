/** Values as Go reads and spells them. The verdicts were asked of a real API server. */

import { assertEquals, assertThrows } from "@std/assert";
import { DecodingError } from "../../lib/testing/server/values/decoding_error.ts";
import { duplicateFields } from "../../lib/testing/server/values/duplicate_fields.ts";
import { goStruct } from "../../lib/testing/server/types/go_type.ts";
import { readGoObject } from "../../lib/testing/server/types/go_value.ts";
import { copyOf, isSame, jsonText } from "../../lib/testing/server/values/json.ts";
import { applyMergePatch } from "../../lib/testing/server/patch/merge_patch.ts";
import { canonicalQuantity, quantityInMillis } from "../../lib/testing/server/values/quantity.ts";
import { scheduleProblem } from "../../lib/testing/server/validation/schedule.ts";

Deno.test("quantities come back as the API server spells them", () => {
  const spelt: [unknown, string][] = [
    ["2000m", "2"],
    ["1000", "1k"],
    ["1024Mi", "1Gi"],
    ["1000Mi", "1000Mi"],
    ["1.5Gi", "1536Mi"],
    ["1.2Ki", "1228800m"],
    ["0.1Ki", "102400m"],
    ["0.5", "500m"],
    [".5", "500m"],
    ["1.", "1."],
    ["+1", "+1"],
    ["00012", "00012"],
    ["1e3", "1e3"],
    ["1E3", "1E3"],
    ["1000k", "1M"],
    ["12345678901234567890", "12345678901234567890"],
    ["1n", "1n"],
    [1.5, "1500m"],
    [1e21, "1e+21"],
    ["0Mi", "0"],
  ];
  for (const [given, canonical] of spelt) assertEquals(canonicalQuantity(given), canonical, String(given));
  // Amounts of a resource are rounded up to thousandths.
  for (const small of ["1n", "10u", "0.0001"]) assertEquals(canonicalQuantity(small, -3), "1m");
  for (const wrong of ["", "x", "0x1", "1x", "-", "1ee", {}, true, null]) {
    assertThrows(() => canonicalQuantity(wrong), DecodingError);
  }
  assertEquals([quantityInMillis("1Ki"), quantityInMillis("1500m"), quantityInMillis("1n")], [1024000n, 1500n, 1n]);
});

Deno.test("each kind's type can be read, and reading its own result changes nothing", () => {
  const kinds = [
    "Pod",
    "Deployment",
    "StatefulSet",
    "Service",
    "Secret",
    "Node",
    "NewEvent",
    "CustomResourceDefinition",
  ];
  for (const kind of kinds) {
    const empty = readGoObject({}, goStruct(kind)!, []);
    assertEquals(readGoObject(empty, goStruct(kind)!, []), empty, kind);
  }
});

Deno.test("unknown fields are reported with their place, also those with names that every object has", () => {
  const unknown: string[] = [];
  const pod = JSON.parse('{"spec":{"containers":[{"name":"a","constructor":1}],"toString":1,"__proto__":{"a":1}}}');
  readGoObject(pod, goStruct("Pod")!, unknown);
  assertEquals(unknown, ["spec.containers[0].constructor", "spec.toString", "spec.__proto__"]);
});

Deno.test("fields that a text names twice are found, wherever they are", () => {
  const text = '{"a":1,"b":{"c":[{"d":1,"d":2},{"d":1}],"\\u0063":2},"a":"a\\":{","e":"a"}';
  assertEquals(duplicateFields(text), ["b.c[0].d", "b.c", "a"]);
  assertEquals(duplicateFields('{"a":{"a":1},"b":["a","a"]}'), []);
});

Deno.test("schedules are read as the API server reads them", () => {
  for (const good of ["* * * * *", "@daily", "*/5 1-3 * JAN MON", "0 0 1,15 * *", "5/10 * * * *", "@every 1h30m"]) {
    assertEquals(scheduleProblem(good), undefined, good);
  }
  for (const bad of ["", "bogus", "60 * * * *", "* * 0 * *", "5-1 * * * *", "*/0 * * * *", "@never", "a * * * *"]) {
    assertEquals(typeof scheduleProblem(bad), "string", bad);
  }
});

Deno.test("values that are nested as deep as the API server takes them are copied, compared, patched and written", () => {
  const text = '{"a":'.repeat(9900) + "1" + "}".repeat(9900);
  const deep = JSON.parse(text);
  const copy = copyOf(deep);
  assertEquals([isSame(copy, deep), copy === deep, jsonText(copy) === text], [true, false, true]);
  assertEquals(isSame(JSON.parse(text.replace("1", "2")), deep), false);
  assertEquals(jsonText(applyMergePatch(deep, JSON.parse(text.replace("1", "2")))), text.replace("1", "2"));
});

Deno.test("a merge patch drops nulls in lists where there was no object, as the API server does", () => {
  assertEquals(applyMergePatch({}, { a: [{ b: null, c: 1 }] }), { a: [{ c: 1 }] });
  assertEquals(applyMergePatch({ a: {} }, { a: [{ b: null }] }), { a: [{ b: null }] });
});
