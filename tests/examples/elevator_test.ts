import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { findChromium, startChromium } from "../../examples/elevator/browser.ts";
import { Elevator } from "../../examples/elevator/kind.ts";
import { answer, serveLive } from "../../examples/elevator/live.ts";
import { controllerFor } from "../../examples/elevator/operator.ts";
import { pageOf } from "../../examples/elevator/page.ts";
import { filesOf, rideIn } from "../../examples/elevator/ride.ts";
import { Stage } from "../../examples/stage.ts";
import { ConfigMap, Deployment, Service } from "../../lib/kube/kinds/mod.ts";
import { type TestHarness, testHarness } from "../../lib/testing/mod.ts";

const RIDE = { floor: 2, goal: 5, content: "Ada", since: 0 };

/** Milliseconds a floor. */
const PACE = 700;

/** An elevator at rest on floor 0, and every floor that its page shows from then on. */
async function served(): Promise<{ harness: TestHarness; floors: number[] }> {
  const harness = await testHarness({ controllers: [controllerFor({ pace: PACE })] });
  const floors: number[] = [];
  harness.cluster.admit(ConfigMap, ({ object: { data } }) => {
    if (data) floors.push(rideIn(data).floor);
  });
  await harness.cluster.create(Elevator, { metadata: { name: "lift" }, spec: { floor: 0, content: "" } });
  await harness.advance("1s");
  floors.length = 0;
  return { harness, floors };
}

Deno.test("an elevator consists of a Deployment, a Service and a ConfigMap with its page", async () => {
  const { harness } = await served();
  await using _ = harness;
  assert(await harness.cluster.get(Deployment, "lift"));
  assert(await harness.cluster.get(Service, "lift"));
  const page = await harness.cluster.get(ConfigMap, "lift");
  assertEquals(rideIn(page?.data).floor, 0);
  assertEquals(page?.metadata.ownerReferences?.[0]?.kind, "Elevator");
});

Deno.test("an elevator moves one floor a Run, and passes none by", async () => {
  const { harness, floors } = await served();
  await using _ = harness;
  await harness.cluster.patch(Elevator, "lift", { merge: { spec: { floor: 4 } } });
  await harness.advance("10s");
  assertEquals(floors, [1, 2, 3, 4]);
  await harness.cluster.patch(Elevator, "lift", { merge: { spec: { floor: -2 } } });
  await harness.advance("10s");
  assertEquals(floors, [1, 2, 3, 4, 3, 2, 1, 0, -1, -2]);
  assertEquals((await harness.cluster.get(Elevator, "lift"))?.status, { floor: -2, way: "still" });
});

Deno.test("an elevator takes its time for each floor", async () => {
  const { harness, floors } = await served();
  await using _ = harness;
  await harness.cluster.patch(Elevator, "lift", { merge: { spec: { floor: 3 } } });
  assertEquals(floors, [1]);
  await harness.advance(PACE - 1);
  assertEquals(floors, [1]);
  await harness.advance(1);
  assertEquals(floors, [1, 2]);
});

Deno.test("an elevator that is wanted elsewhere turns round where it is", async () => {
  const { harness, floors } = await served();
  await using _ = harness;
  await harness.cluster.patch(Elevator, "lift", { merge: { spec: { floor: 5 } } });
  await harness.advance(PACE);
  await harness.cluster.patch(Elevator, "lift", { merge: { spec: { floor: 0 } } });
  await harness.advance("10s");
  assertEquals(floors, [1, 2, 1, 0]);
});

Deno.test("an elevator at rest is not drawn again", async () => {
  const { harness, floors } = await served();
  await using _ = harness;
  harness.forget();
  await harness.advance("1m");
  assertEquals([floors, harness.written()], [[], []]);
});

Deno.test("the page shows what is in the elevator as text, never as markup", () => {
  const page = pageOf({ ...RIDE, content: `<b>"&'` });
  assertStringIncludes(page, "&#60;b&#62;&#34;&#38;&#39;");
  assertEquals(page.includes("<b>"), false);
});

Deno.test("the page is small, and the same for the same ride", () => {
  assert(pageOf(RIDE).length < 10_000);
  assertEquals(pageOf(RIDE), pageOf({ ...RIDE }));
});

Deno.test("the operator serves the files of a page under its key, and says so where there is none", async () => {
  const metadata = { namespace: "default", name: "lift", uid: "1", resourceVersion: "1", creationTimestamp: "" };
  const page: ConfigMap = { apiVersion: "v1", kind: "ConfigMap", metadata, data: filesOf(RIDE) };
  const pages = { get: (key: string) => key === "default/lift" ? page : undefined, list: () => [page] };
  const ask = (path: string) => answer(new Request(`http://here${path}`), pages);
  assertStringIncludes(await ask("/").text(), `href="/default/lift/"`);
  assertEquals(await ask("/default/lift/").text(), pageOf(RIDE));
  assertEquals(await ask("/default/lift/elevator.json").json(), RIDE);
  assertEquals(ask("/default/other/").status, 404);
  assertEquals(ask("/default/lift/other").status, 404);
});

Deno.test("with a port to listen on, the example serves its page until it is told to end", async () => {
  const program = new URL("../../examples/elevator/main.ts", import.meta.url).href;
  await using child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-lock", "--no-prompt", "--allow-net=127.0.0.1", program, "--page-port", "0"],
    ...{ stdin: "null", stdout: "piped", stderr: "null" },
  }).spawn();
  let url: string | undefined;
  let output = "";
  for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
    output += text;
    if (url) continue;
    url = /http:\S+/.exec(output)?.[0];
    if (!url) continue;
    const page = await waitFor(url);
    assertStringIncludes(page, "<svg");
    child.kill("SIGINT");
  }
  assertEquals((await child.status).code, 0, output);
});

Deno.test({
  name: "in a real browser, the cab is seen on every floor of its way, each higher than the one before",
  // There is no Chromium on this machine, or it may not be run.
  ignore: !await hasChromium(),
  fn: async () => {
    await using stage = Stage.embedded("", () => {});
    await stage.install(Elevator);
    await stage.serve(controllerFor());
    await using live = serveLive({ client: stage.client });
    await stage.user.create(Elevator, { metadata: { name: "lift" }, spec: { floor: 0, content: "Ada" } });
    await waitFor(`${live.url}default/lift/`);
    await using browser = await startChromium(findChromium()!);
    const page = await browser.newPage({ reducedMotion: "reduce" });
    await page.goto(`${live.url}default/lift/`);
    await page.getByText("Ada").waitFor();
    await stage.user.patch(Elevator, "lift", { merge: { spec: { floor: 3 } } });
    const heights: number[] = [];
    for (const floor of ["1", "2", "3"]) {
      await page.locator(`#floor:text-is("${floor}")`).waitFor();
      heights.push((await page.locator("#cab rect").boundingBox())!.y);
    }
    assertEquals(heights, heights.toSorted((a, b) => b - a));
    assertEquals(new Set(heights).size, 3);
  },
});

/** The page, once it is there. */
async function waitFor(url: string): Promise<string> {
  for (;;) {
    const response = await fetch(url);
    const text = await response.text();
    if (response.ok) return text;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function hasChromium(): Promise<boolean> {
  const { state } = await Deno.permissions.query({ name: "run" });
  return state === "granted" && findChromium() !== undefined;
}
