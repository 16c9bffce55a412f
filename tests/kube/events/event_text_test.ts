import { assert, assertEquals, assertMatch } from "@std/assert";
import { actionText, controllerText, eventName, microTime, noteText } from "../../../lib/kube/events/event_text.ts";

const bytes = (text: string) => new TextEncoder().encode(text).length;

Deno.test("a note is one line of 1024 bytes at most, and no character is cut in two", () => {
  assertEquals(noteText(" two\n  lines\tand more "), "two lines and more");
  assertEquals(noteText("x".repeat(1_024)), "x".repeat(1_024));
  for (const character of ["x", "ä", "漢", "🦕"]) {
    const note = noteText(character.repeat(2_000));
    assert(bytes(note) <= 1_024 && bytes(note) > 1_016, `${bytes(note)}`);
    assertEquals(note.replaceAll(character, ""), "…");
  }
});

Deno.test("an action is the step's name as one word in CamelCase", () => {
  assertEquals(actionText("create the password"), "CreateThePassword");
  assertEquals(actionText("look around/config-map 2"), "LookAroundConfigMap2");
  assertEquals(actionText("漢字"), undefined);
  assertEquals(bytes(actionText("ab ".repeat(100))!), 128);
});

Deno.test("a controller's name is a qualified name, with its group if it has one", () => {
  assertEquals(controllerText("example.dev", "foo"), "example.dev/foo");
  assertEquals(controllerText("", "namespace"), "namespace");
  assertEquals(controllerText("example.dev", `${"a".repeat(62)}-b`), `example.dev/${"a".repeat(62)}`);
});

Deno.test("an Event's name is a name in DNS, whatever the object's name is", () => {
  for (const name of ["a", "system:node-proxier", "A_B", ":", "x".repeat(253), "a.b-c.d"]) {
    const event = eventName(name, 1_700_000_000_000, 0.5);
    assertMatch(event, /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/);
    assert(event.length <= 253);
  }
});

Deno.test("a time has six digits after the point, which the API server insists on", () => {
  assertEquals(microTime(Date.UTC(2024, 0, 1, 12, 30, 0, 5) * 1_000), "2024-01-01T12:30:00.005000Z");
  assertEquals(microTime(Date.UTC(2024, 0, 1, 12, 30, 0, 5) * 1_000 + 42), "2024-01-01T12:30:00.005042Z");
});
