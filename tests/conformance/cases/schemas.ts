/** Schemas of custom kinds beyond types and defaults: rules, patterns, formats, versions, tables. */

import { assertEquals } from "@std/assert";
import { causesOf, fails, until } from "../api.ts";
import { type Case, type CustomKind, define, definition, type Target, undefine, unique } from "../target.ts";

type Body = Record<string, unknown>;

/** Runs with a kind whose spec has these properties. */
async function withKind(
  t: Target,
  spec: Body,
  run: (kind: CustomKind, of: (spec: Body, name?: string) => Body, path: string) => Promise<void>,
  version: Body = {},
): Promise<void> {
  const schema = { openAPIV3Schema: { type: "object", properties: { spec: { type: "object", ...spec } } } };
  const kind = await define(
    t.client,
    definition(`${unique("g")}.dev`, "things", "Thing", { version: { schema, ...version } }),
  );
  const of = (given: Body, name = "a") => ({
    ...{ apiVersion: kind.apiVersion, kind: kind.kind, metadata: { name } },
    spec: given,
  });
  const path = t.grouped(kind.apiVersion, kind.plural);
  const ready = () =>
    t.api.create(path, of({}, "ready"), { dryRun: "All" }).then(() => true, (error) => error.httpCode === 422);
  await until(async () => await ready(), "things can be made");
  try {
    await run(kind, of, path);
  } finally {
    await undefine(t.client, kind);
  }
}

const VALIDATIONS = "x-kubernetes-validations";

const RULED = {
  [VALIDATIONS]: [
    { rule: "!has(self.min) || !has(self.max) || self.min <= self.max", message: "min must be at most max" },
    {
      rule: "self.?k.orValue(1) != 7",
      messageExpression: "'k is bad'",
      reason: "FieldValueForbidden",
      fieldPath: ".k",
    },
  ],
  properties: {
    k: { type: "integer" },
    min: { type: "integer" },
    max: { type: "integer" },
    fixed: { type: "string", [VALIDATIONS]: [{ rule: "self == oldSelf", message: "fixed is immutable" }] },
    list: {
      ...{ type: "array", maxItems: 5, "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["name"] },
      items: {
        type: "object",
        required: ["name"],
        properties: {
          name: { type: "string", maxLength: 5 },
          v: { type: "integer", [VALIDATIONS]: [{ rule: "self >= oldSelf", message: "v only grows" }] },
        },
      },
    },
    share: {
      "x-kubernetes-int-or-string": true,
      [VALIDATIONS]: [{ rule: "type(self) == int ? self > 0 : self.endsWith('%')" }],
    },
    size: { type: "string", maxLength: 9, [VALIDATIONS]: [{ rule: "quantity(self).isGreaterThan(quantity('1Mi'))" }] },
  },
};

/** Lists of a known length, as a rule must not cost too much. */
const LISTS = {
  numbers: { type: "array", maxItems: 4, items: { type: "integer" } },
  words: { type: "array", maxItems: 4, items: { type: "string", maxLength: 4 } },
};
const LISTED = { numbers: [1, 2, 2], words: ["b", "a", "b"] };

/** Each is true of these lists. */
const FUNCTIONS: readonly string[] = [
  "self.numbers.isSorted() && !self.words.isSorted()",
  "self.numbers.sum() == 5 && [1.5, 2.5].sum() == 4.0",
  "self.numbers.min() == 1 && self.words.max() == 'b'",
  "self.words.indexOf('b') == 0 && self.words.lastIndexOf('b') == 2 && self.words.indexOf('c') == -1",
  "'tacocat'.charAt(3) == 'o' && 'abc'.charAt(3) == ''",
  "'hello hello'.replace('he', 'we') == 'wello wello'",
  "'hello hello hello'.replace('he', 'we', 2) == 'wello wello hello' && 'aa'.replace('a', 'b', 0) == 'aa'",
  "'hello'.replace('l', 'll', -1) == 'hellllo'",
  "'abc 123'.find('[0-9]+') == '123' && 'abc'.find('[0-9]+') == ''",
  "'123 abc 456'.findAll('[0-9]+') == ['123', '456']",
  "'123 abc 456'.findAll('[0-9]+', 1) == ['123'] && '12'.findAll('[0-9]', -1) == ['1', '2']",
  "isURL('https://example.com:8443/a') && !isURL('no url')",
  "url('https://example.com:8443/a').getScheme() == 'https'",
  "url('https://example.com:8443/a').getHost() == 'example.com:8443'",
  "url('https://[::1]:80/a').getHostname() == '::1'",
  "url('https://example.com:8443/a').getPort() == '8443' && url('/path').getPort() == ''",
  "url('https://example.com/with%20space/').getEscapedPath() == '/with%20space/'",
];

export const SCHEMAS: readonly Case[] = [
  {
    name: "rules of a schema are evaluated",
    run: (t) =>
      withKind(t, RULED, async (_kind, of, path) => {
        const causes = async (spec: Body) =>
          causesOf(await fails(422, "Invalid", t.api.create(path, of(spec), { dryRun: "All" })));
        assertEquals(await causes({ min: 3, max: 2 }), ["spec: Invalid value: min must be at most max"]);
        assertEquals(await causes({ k: 7 }), ["spec.k: Forbidden: k is bad"]);
        const share = "failed rule: type(self) == int ? self > 0 : self.endsWith('%')";
        assertEquals(await causes({ share: 0 }), [`spec.share: Invalid value: 0: ${share}`]);
        const size = "failed rule: quantity(self).isGreaterThan(quantity('1Mi'))";
        assertEquals(await causes({ size: "1Ki" }), [`spec.size: Invalid value: "1Ki": ${size}`]);
        await t.api.create(path, of({ min: 1, max: 2, share: "50%", size: "1Gi" }), { dryRun: "All" });
      }),
  },
  {
    name: "rules may use what the API server adds to CEL for lists, texts and URLs",
    run: (t) => {
      const properties = { no: { type: "boolean" }, ...LISTS };
      // With `no`, each is turned round, and must fail: so each is known to be looked at.
      const rules = FUNCTIONS.map((one) => ({ rule: `(${one}) != (has(self.no) && self.no)`, message: one }));
      return withKind(t, { [VALIDATIONS]: rules, properties }, async (_kind, of, path) => {
        await t.api.create(path, of(LISTED), { dryRun: "All" });
        const no = of({ ...LISTED, no: true });
        const refused = await fails(422, "Invalid", t.api.create(path, no, { dryRun: "All" }));
        assertEquals(causesOf(refused).toSorted(), FUNCTIONS.map((one) => `spec: Invalid value: ${one}`).toSorted());
      });
    },
  },
  {
    name: "rules about what was before hold for the same item of a list, and not for a new one",
    run: (t) =>
      withKind(t, RULED, async (_kind, of, path) => {
        await t.api.create(path, of({ fixed: "a", list: [{ name: "a", v: 2 }, { name: "b", v: 5 }] }));
        const patch = (spec: Body) => t.api.patch(`${path}/a`, "merge", { spec }, { dryRun: "All" });
        const fixed = await fails(422, "Invalid", patch({ fixed: "b" }));
        assertEquals(causesOf(fixed), ['spec.fixed: Invalid value: "b": fixed is immutable']);
        const less = await fails(422, "Invalid", patch({ list: [{ name: "b", v: 1 }] }));
        assertEquals(causesOf(less), ["spec.list[0].v: Invalid value: 1: v only grows"]);
        await patch({ list: [{ name: "c", v: 1 }] });
      }),
  },
  {
    name: "patterns are those of Go",
    run: (t) => {
      const patterns: Record<string, [pattern: string, good: string, bad: string]> = {
        named: ["^(?P<year>\\d{4})$", "2024", "24"],
        ends: ["\\Aab\\z", "ab", "ab\n"],
        cased: ["(?i)^abc$", "ABC", "ABD"],
        posix: ["^[[:alpha:]]+$", "ab", "a1"],
        quoted: ["^\\Qa.b\\E$", "a.b", "axb"],
        code: ["^[\\x{0041}-\\x{005a}]+$", "AZ", "az"],
        loose: ["^x{,5}$", "x{,5}", "xxx"],
        letter: ["^\\pL$", "é", "1"],
      };
      const properties = Object.fromEntries(
        Object.entries(patterns).map(([name, [pattern]]) => [name, { type: "string", pattern }]),
      );
      return withKind(t, { properties }, async (_kind, of, path) => {
        for (const [name, [, good, bad]] of Object.entries(patterns)) {
          await t.api.create(path, of({ [name]: good }), { dryRun: "All" });
          await fails(422, "Invalid", t.api.create(path, of({ [name]: bad }), { dryRun: "All" }));
        }
      });
    },
  },
  {
    name: "a definition with a pattern that Go does not take is refused",
    async run(t) {
      const a = { type: "string", pattern: "(?=x)" };
      const schema = { openAPIV3Schema: { type: "object", properties: { a } } };
      const given = definition(`${unique("g")}.dev`, "things", "Thing", { version: { schema } });
      const path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
      const status = await fails(422, "Invalid", t.api.create(path, given, { dryRun: "All" }));
      assertEquals(causesOf(status), [
        'spec.validation.openAPIV3Schema.properties[a].pattern: Invalid value: "(?=x)": must be a valid regular expression, ' +
        "but isn't: error parsing regexp: invalid or unsupported Perl syntax: `(?=`",
      ]);
    },
  },
  {
    name: "formats of texts are checked as Go does",
    run: (t) => {
      const texts: Record<string, [good: string[], bad: string[]]> = {
        hostname: [["a", "A.bc", "a.b-c.de"], ["a.b", "-a", "a_b"]],
        email: [["a@b", "Joe <a@b.de>"], ["a", "a b@c", "a@b."]],
        date: [["2001-01-01"], ["2001-02-30", "01-01-01"]],
        "date-time": [["2001-01-01t00:00:00z"], ["2001-01-01 00:00:00Z", "2001-01-01T24:00:00Z"]],
        duration: [["1h", "3 days", "1d"], ["10", "x"]],
        uri: [["/x", "a:b", "http://a/b"], ["x", "http://a b/", ""]],
        ipv4: [["1.2.3.4"], ["::1", "256.1.1.1"]],
        byte: [["YQ=="], ["YQ", ""]],
        bsonobjectid: [["0123456789abcdefABCDEF01"], ["0123456789abcdefABCDEF0", "0123456789abcdefABCDEFGH"]],
        cidr: [["10.0.0.0/8", "::/0"], ["10.0.0.0", "10.0.0.0/33", "10.0.0.0/a", "::/129"]],
        creditcard: [["4111 1111 1111 1111", "378282246310005"], ["4111111111111112", "1234"]],
        hexcolor: [["#fff", "A0b1C2"], ["#ffff", "ggg"]],
        ipv6: [["::1", "::ffff:1.2.3.4"], ["1.2.3.4", "::1::", "g::"]],
        isbn10: [["0-306-40615-2", "080442957X"], ["0306406153", "97803064061"]],
        isbn13: [["978-0-306-40615-7"], ["9780306406158", "0306406152"]],
        isbn: [["0306406152", "9780306406157"], ["0306406153"]],
        mac: [["01:23:45:67:89:ab", "01-23-45-67-89-AB", "0123.4567.89ab"], ["01:23:45:67:89", "01:23-45:67:89:ab"]],
        rgbcolor: [["rgb(0, 100,255)"], ["rgb(0,0)", "rgb(0,0,256)", "rgb(00,0,0)"]],
        ssn: [["123-45-6789", "123 45 6789"], ["123456789", "12-345-6789"]],
        uuid: [["123e4567-e89b-12d3-a456-426614174000"], ["123e4567-e89b-12d3-a456-42661417400"]],
        uuid3: [["a987fbc9-4bed-3078-8f07-9141ba07c9f3"], ["a987fbc9-4bed-4078-8f07-9141ba07c9f3"]],
        uuid4: [["57b73598-8764-4ad0-a76a-679bb6640eb1"], ["57b73598-8764-4ad0-c76a-679bb6640eb1"]],
        uuid5: [["987fbc97-4bed-5078-af07-9141ba07c9f3"], ["987fbc97-4bed-3078-af07-9141ba07c9f3"]],
      };
      const properties = Object.fromEntries(
        Object.keys(texts).map((format) => [format.replace("-", ""), { type: "string", format }]),
      );
      return withKind(t, { properties }, async (_kind, of, path) => {
        for (const [format, [good, bad]] of Object.entries(texts)) {
          const name = format.replace("-", "");
          for (const text of good) await t.api.create(path, of({ [name]: text }), { dryRun: "All" });
          for (const text of bad) {
            await fails(422, "Invalid", t.api.create(path, of({ [name]: text }), { dryRun: "All" }));
          }
        }
      });
    },
  },
  {
    name: "what was wrong before may stay, as long as it is not touched",
    async run(t) {
      const path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
      await withKind(t, { properties: { a: { type: "string" }, b: { type: "string" } } }, async (kind, of, things) => {
        await t.api.create(things, of({ a: "long" }));
        const at = "/spec/versions/0/schema/openAPIV3Schema/properties/spec/properties/a/maxLength";
        await t.api.patch(`${path}/things.${kind.group}`, "json", [{ op: "add", path: at, value: 2 }]);
        const refused = () =>
          t.api.create(things, of({ a: "long" }, "b"), { dryRun: "All" }).then(() => false, () => true);
        await until(refused, "the new schema holds");
        await t.api.patch(`${things}/a`, "merge", { spec: { b: "x" } });
        await fails(422, "Invalid", t.api.patch(`${things}/a`, "merge", { spec: { a: "longer" } }));
      });
    },
  },
  {
    name: "tables have the columns of the definition",
    run: (t) => {
      const additionalPrinterColumns = [
        { name: "Size", type: "integer", jsonPath: ".spec.size" },
        { name: "Ready", type: "string", jsonPath: '.spec.list[?(@.type=="Ready")].status' },
        { name: "Made", type: "date", jsonPath: ".metadata.creationTimestamp" },
      ];
      const spec = { "x-kubernetes-preserve-unknown-fields": true };
      return withKind(t, spec, async (_kind, of, path) => {
        await t.api.create(
          path,
          of({ size: 3, list: [{ type: "X", status: "F" }, { type: "Ready", status: "True" }] }),
        );
        const accept = "application/json;as=Table;v=v1;g=meta.k8s.io";
        const { kind, columnDefinitions, rows } = await t.api.call("GET", path, { accept });
        const names = columnDefinitions.map(({ name }: { name: string }) => name);
        assertEquals([kind, names], ["Table", ["Name", "Size", "Ready", "Made"]]);
        assertEquals([rows[0].cells.slice(0, 3), rows[0].object.kind], [["a", 3, "True"], "PartialObjectMetadata"]);
      }, { additionalPrinterColumns });
    },
  },
  {
    name: "an object that is nested very deep is an object like any other",
    run: (t) =>
      withKind(t, { "x-kubernetes-preserve-unknown-fields": true }, async (kind, _of, path) => {
        const deep = '{"a":'.repeat(2000) + "1" + "}".repeat(2000);
        const body = `{"apiVersion":"${kind.apiVersion}","kind":"Thing","metadata":{"name":"a"},"spec":${deep}}`;
        await t.api.call("POST", path, { body });
        const { metadata } = await t.api.patch(`${path}/a`, "merge", { metadata: { labels: { a: "b" } } });
        assertEquals(metadata.labels, { a: "b" });
        const far = '{"a":'.repeat(10_001) + "1" + "}".repeat(10_001);
        await fails(400, "BadRequest", t.api.call("POST", path, { body: body.replace(deep, far) }));
      }),
  },
];
