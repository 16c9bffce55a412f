import { type ManifestOptions, manifests, renderHelm, renderKustomize, renderYaml } from "@staircase/operator/deploy";
import { OptionsError } from "@staircase/operator/errors";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { CORE_SCHEMA, load, loadAll, YAML11_SCHEMA } from "js-yaml";
import { EXAMPLES, ODD } from "./deployed_operators.ts";

const image = `registry.example/team/op:1.0@sha256:${"0".repeat(64)}`;
const EVERYTHING: ManifestOptions = {
  image,
  policy: true,
  monitoring: "service",
  alerts: true,
  dashboard: true,
  labels: { release: "1e3" },
  env: [{ name: "A", value: "on" }],
  podAnnotations: { "example.dev/text": "{{ yes }}" },
};
const OPERATORS = [...EXAMPLES, ...ODD];
const [simple, multi] = EXAMPLES as [typeof EXAMPLES[0], typeof EXAMPLES[0]];
const scoped = ODD[2]!;

/** Texts that one YAML or another takes for something else. */
const MISREAD = [
  ..."on off yes no y n Y N true True TRUE false null Null ~ 0x1f 0o17 0b11 017 1e3 1E3 1e+3 .5 5. 1_000 +1 -1".split(
    " ",
  ),
  ..."12:30:45 1:30 2026-01-01 2026-01-01T00:00:00Z .inf -.INF .nan NaN = << - ? : # | > * & ! % @ ` ' \" { } [ ] ,"
    .split(" "),
  "",
  " ",
  " a",
  "a ",
  "a: b",
  "a #b",
  "- a",
  "? a",
  "---",
  "...",
  "a\n",
  "\na",
  "a\n\n",
  "a\r\nb",
  "a\tb",
  "\u0000\u0085\u2028\ufeff😀",
  "{{ x }}",
  "x".repeat(300) + " " + "y".repeat(300),
];

Deno.test("YAML 1.1 and 1.2 both read back what was written", async () => {
  const objects = OPERATORS.flatMap((operator) => {
    const { crds, objects } = manifests(operator, EVERYTHING);
    return [...crds, ...objects];
  });
  const data = Object.fromEntries(MISREAD.map((text) => [text, text]));
  const texts = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "texts" }, data, list: MISREAD };
  const text = await renderYaml([...objects, texts]);
  for (const schema of [CORE_SCHEMA, YAML11_SCHEMA]) assertEquals(loadAll(text, { schema }), [...objects, texts]);
});

Deno.test("a document begins with what it is and what it is called", async () => {
  const odd = {
    spec: { b: 1, a: 2 },
    metadata: { labels: { x: "1" }, namespace: "ns", name: "one" },
    kind: "K",
    apiVersion: "v1",
  };
  assertEquals(
    await renderYaml([odd, odd]),
    Array(2).fill(
      "apiVersion: v1\nkind: K\nmetadata:\n  name: one\n  namespace: ns\n  labels:\n    x: '1'\nspec:\n  b: 1\n  a: 2\n",
    ).join("---\n"),
  );
});

Deno.test("what an object has twice is written twice, not by reference", async () => {
  const shared = { a: ["b"] };
  const text = await renderYaml([{ apiVersion: "v1", kind: "K", metadata: { name: "n" }, one: shared, two: shared }]);
  assert(!/[&*]/.test(text), text);
});

Deno.test("the same operator gives the same texts", async () => {
  for (const operator of OPERATORS) {
    const [first, second] = [await renderHelm(operator, EVERYTHING), await renderHelm(operator, EVERYTHING)];
    assertEquals(first, second);
  }
});

Deno.test("a base names each of its files, each with one object, and definitions are a base of their own", async () => {
  for (const operator of OPERATORS) {
    const made = manifests(operator, { ...EVERYTHING, policy: true });
    const files = await renderKustomize(made);
    for (const [folder, objects] of [["", made.objects], ["crds/", made.crds]] as const) {
      if (objects.length === 0) continue;
      const { resources } = load(files[`${folder}kustomization.yaml`]!) as { resources: string[] };
      assertEquals(resources.map((path) => load(files[folder + path]!)), [...objects]);
    }
    const bases = made.crds.length > 0 ? 2 : 1;
    assertEquals(Object.keys(files).length, made.objects.length + made.crds.length + bases);
  }
});

Deno.test("a base with a policy says that Kustomize must not rename what the policy names", async () => {
  const of = async (policy: boolean) =>
    (await renderKustomize(manifests(simple, { image, policy })))["kustomization.yaml"]!.includes("not by namespace");
  assertEquals([await of(true), await of(false)], [true, false]);
});

Deno.test("a chart has what its values say, and nothing in it is left to be filled", async () => {
  for (const operator of OPERATORS) {
    const files = await renderHelm(operator, EVERYTHING);
    for (const [path, text] of Object.entries(files)) assert(!text.includes("hole-"), `${path}: ${text}`);
    const values = load(files["values.yaml"]!) as Record<string, unknown>;
    assertEquals(values["image"], {
      repository: "registry.example/team/op",
      tag: "1.0",
      digest: `sha256:${"0".repeat(64)}`,
      pullPolicy: "",
    });
    const { properties } = JSON.parse(files["values.schema.json"]!);
    assertEquals(Object.keys(properties).filter((name) => !["global", "enabled"].includes(name)), Object.keys(values));
    const templates = Object.entries(files).filter(([path]) => path.startsWith("templates/")).map(([, text]) => text);
    const unescaped = templates.join("\n").replace(/\{\{ "\{\{" \}\} \.Values\.x/g, "");
    const used = new Set(unescaped.match(/\.Values\.\w+/g)!.map((text) => text.slice(8)));
    assertEquals([...used].sort(), Object.keys(values).sort(), "each value is used, and each that is used is there");
  }
});

Deno.test("what looks like a template in a definition or an alert stays as it is", async () => {
  const files = await renderHelm(ODD[0]!, EVERYTHING);
  for (const path of ["templates/crds.yaml", "templates/alerts.yaml"]) {
    const texts = files[path]!.split("\n").filter((line) => /Values\.x|\$labels/.test(line));
    assert(texts.length > 0);
    for (const text of texts) assert(text.includes('{{ "{{" }}'), text);
  }
});

Deno.test("a chart has no definitions where the operator installs them, and no watched namespaces where there are none", async () => {
  const own = await renderHelm(multi, { image, installCrds: true });
  assertEquals([own["templates/crds.yaml"], /^crds:/m.test(own["values.yaml"]!)], [undefined, false]);
  const wide = await renderHelm(ODD[1]!, { image });
  assert(!/^watchNamespaces:/m.test(wide["values.yaml"]!));
  const narrow = load((await renderHelm(scoped, { image, watchNamespaces: ["b"] }))["values.yaml"]!);
  assertEquals((narrow as Record<string, unknown>)["watchNamespaces"], ["b"]);
});

Deno.test("a version that no chart may have is refused", async () => {
  for (const version of ["1", "1.0", "v1.0.0", "01.0.0", "1.0.0 "]) {
    const error = await assertRejects(() => renderHelm({ ...simple, version }, { image }), OptionsError);
    assert(error.message.startsWith("Cannot make a chart as the operator's version must be three numbers"));
  }
  await assertRejects(() => renderHelm(simple, { image: "" }), OptionsError, "image must be a reference");
});
