import { assert, assertEquals } from "@std/assert";
import { type Answer, list, refusal } from "./scripted_client.ts";
import { run, secret } from "./fixture.ts";

/** An answer that comes when the test says so. */
function held(answer: Answer): { readonly answer: Answer; readonly release: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { answer: async (request) => (await promise, await answer(request)), release: resolve };
}

/** A list of a built-in kind, as the API server writes it: the metadata before the items. */
function builtin(resourceVersion: string, token: string): Answer {
  const metadata = { resourceVersion, continue: token, remainingItemCount: 1 };
  const text = JSON.stringify({ kind: "SecretList", apiVersion: "v1", metadata, items: [secret("a", 5)] });
  return () => new TextEncoder().encode(text);
}

/** A list of another kind: in the order of the alphabet, and the metadata last. */
function custom(resourceVersion: string, token: string, item: unknown = secret("a", 5)): Answer {
  const metadata = { continue: token, remainingItemCount: 1, resourceVersion };
  const text = JSON.stringify({ apiVersion: "v1", items: [item], kind: "SecretList", metadata });
  return () => new TextEncoder().encode(text + "\n");
}

for (const [name, first] of [["first", builtin("7", "t1")], ["last", custom("7", "t1")]] as const) {
  Deno.test(`the next page is requested before a page is passed on, with the metadata ${name}`, async () => {
    const second = held(list("7", [secret("b", 6)]));
    await using watch = await run([first, second.answer]);
    assertEquals(watch.script.queries.map((query) => query.continue), [undefined, "t1"]);
    assertEquals(watch.batches.map(({ type }) => type), ["init", "page"]);
    second.release();
    await watch.clock.settle();
    assertEquals(watch.batches.map(({ type }) => type), ["init", "page", "page", "synced"]);
    assertEquals(watch.script.queries.length, 3, "each page is asked for once");
  });
}

Deno.test("a page that was prefetched by mistake is dropped, and the right one is requested", async () => {
  // Of a name that is there twice, the last counts.
  const text = `{"kind":"SecretList","apiVersion":"v1","metadata":{"continue":"no-token"},"items":[],` +
    `"metadata":{"resourceVersion":"7","continue":"t1"}}`;
  await using watch = await run([
    () => new TextEncoder().encode(text),
    ({ abortSignal }) => new Promise((_, reject) => abortSignal!.addEventListener("abort", reject, { once: true })),
    list("7", []),
  ]);
  assertEquals(watch.script.queries.slice(0, 3).map((query) => query.continue), [undefined, "no-token", "t1"]);
  assert(watch.script.asked[1]!.signal?.aborted);
  assertEquals(watch.batches.at(-1), { type: "synced", resourceVersion: "7" });
});

Deno.test("a prefetched page that fails does so when its turn comes, and the list starts again", async () => {
  await using watch = await run([builtin("7", "t1"), refusal(500, "InternalError"), list("8", [])]);
  assertEquals(watch.state.type, "backing-off");
  await watch.clock.advance(400);
  assertEquals(watch.batches.at(-1), { type: "synced", resourceVersion: "8" });
});

Deno.test("stopping a watch ends the request of the prefetched page", async () => {
  const watch = await run([builtin("7", "t1")]);
  const ahead = watch.script.asked[1]!;
  assertEquals(ahead.query.continue, "t1");
  await watch[Symbol.asyncDispose]();
  assert(ahead.signal?.aborted);
});
