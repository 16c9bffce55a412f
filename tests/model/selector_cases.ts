/** Label selectors that are easily misread, and random ones; the objects that they select from. */

import type { Random } from "../../lib/time/mod.ts";

/** Labels by the name of the object that has them. */
export const OBJECTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  none: {},
  empty: { app: "", tier: "" },
  web: { app: "web", tier: "5", "example.dev/part-of": "shop" },
  api: { app: "api", tier: "4", in: "notin", constructor: "x" },
  words: { app: "in", tier: "five", notin: "in", toString: "y" },
  zeros: { app: "web", tier: "007", a: "b" },
  large: { app: "x_1", tier: "9223372036854775807" },
  larger: { app: "x.2", tier: "9223372036854775808" },
  float: { app: "A-b", tier: "4.5", "a.b-c.d/e_f.G": "1" },
};

const LONG = "a".repeat(63);

/** Each selector with the names of the objects that the API server selects; `undefined` when it refuses. */
export const TABLE: readonly (readonly [selector: string, names: string | undefined])[] = [
  ["", "api empty float large larger none web words zeros"],
  [" \t\r\n ", "api empty float large larger none web words zeros"],
  ["app", "api empty float large larger web words zeros"],
  ["!app", "none"],
  ["! app", "none"],
  ["!!app", undefined],
  ["!app=web", undefined],
  ["!app in (web)", undefined],
  ["app=", "empty"],
  ["app==", "empty"],
  ["app!=", "api float large larger none web words zeros"],
  ["app= ,tier", "empty"],
  ["app=web", "web zeros"],
  [" app == web , tier ", "web zeros"],
  ["app\t=\nweb", "web zeros"],
  ["app\u00a0=web", undefined],
  ["app\v=web", undefined],
  ["app=web tier", undefined],
  ["app===web", undefined],
  ["app=!web", undefined],
  ["app!==web", undefined],
  ["app = in", "words"],
  ["app=web,", undefined],
  [",app=web", undefined],
  ["app=web,,tier", undefined],
  [",", undefined],
  ["=web", undefined],
  ["app in ()", "empty"],
  ["app in (,web)", "empty web zeros"],
  ["app in (web,,api)", "api empty web zeros"],
  ["app in (web,)", "empty web zeros"],
  ["app in (,)", "empty"],
  ["app in(web,web)", "web zeros"],
  ["app in (in, notin)", "words"],
  ["app in (web api)", undefined],
  ["app in (web", undefined],
  ["app in web", undefined],
  ["app in", undefined],
  ["app in (web))", undefined],
  ["app in ((web))", undefined],
  ["app in (a=b)", undefined],
  ["app IN (web)", undefined],
  ["app notin (web,api)", "empty float large larger none words"],
  ["app notin ()", "api float large larger none web words zeros"],
  ["in", "api"],
  ["in in (notin)", "api"],
  ["!in,app", "empty float large larger web words zeros"],
  ["notin notin (in)", "api empty float large larger none web zeros"],
  ["in (notin)", undefined],
  ["tier>4", "large web zeros"],
  ["tier>5", "large zeros"],
  ["tier<5", "api"],
  ["tier < 8 , app", "api web zeros"],
  ["tier>07", "large"],
  ["tier>-1", undefined],
  ["tier>+1", undefined],
  ["tier>", undefined],
  ["tier>=4", undefined],
  ["tier>x", undefined],
  ["tier>4.5", undefined],
  ["tier>1e3", undefined],
  ["tier>0x1", undefined],
  ["tier>1_000", undefined],
  ["tier in (>4)", undefined],
  ["tier>9223372036854775806", "large"],
  ["tier<9223372036854775807", "api web zeros"],
  ["tier>9223372036854775808", undefined],
  ["constructor", "api"],
  ["!constructor", "empty float large larger none web words zeros"],
  ["toString=y", "words"],
  ["!hasOwnProperty", "api empty float large larger none web words zeros"],
  ["__proto__", undefined],
  ["_a", undefined],
  ["a-", undefined],
  ["é", undefined],
  ["app=é", undefined],
  ["app=-web", undefined],
  ["app in (web,-web)", undefined],
  ["example.dev/part-of", "web"],
  ["a.b-c.d/e_f.G=1", "float"],
  ["Example.dev/part-of", undefined],
  ["/part-of", undefined],
  ["example.dev/", undefined],
  ["example.dev/part/of", undefined],
  [`!${LONG}`, "api empty float large larger none web words zeros"],
  [`!${LONG}a`, undefined],
  [`app!=${LONG}`, "api empty float large larger none web words zeros"],
  [`app!=${LONG}a`, undefined],
  [`!${"a.".repeat(126)}a/x`, "api empty float large larger none web words zeros"],
  [`!${"a.".repeat(126)}aa/x`, undefined],
];

const KEYS = [...new Set(Object.values(OBJECTS).flatMap(Object.keys)), "absent", "valueOf", "x/y"];
const ODD_KEYS = ["", "_a", "a/", "/a", "a/b/c", "A/b", "-a", `${LONG}b`, "é", "__proto__"];
const VALUES = [
  ...new Set(Object.values(OBJECTS).flatMap(Object.values)),
  "6",
  "0",
  "10",
  "in",
  "x",
  "9223372036854775806",
];
const ODD_VALUES = ["-5", "+5", "1e3", "_", "x-", "9223372036854775808", `${LONG}1`, "ü", "1.5"];
const SPACES = ["", "", "", " ", "  ", "\t", "\r\n"];
const PIECES = [..."=!<>(),ab1 \t\n/.-_é", "\u00a0", "\v", "in", " in ", "notin", "==", "!=", "app", "(", ")", ","];

/** A selector that the grammar gives, with some odd parts; one of three is then changed in a place or two. */
export function randomSelector(random: Random): string {
  const below = (bound: number) => Math.floor(random.next() * bound);
  const pick = <T>(from: readonly T[]) => from[below(from.length)]!;
  const space = () => pick(SPACES);
  const key = () => below(20) === 0 ? pick(ODD_KEYS) : pick(KEYS);
  const value = () => below(20) === 0 ? pick(ODD_VALUES) : pick(VALUES);
  const list = () => Array.from({ length: below(4) }, () => space() + (below(5) === 0 ? "" : value()) + space());
  const condition = () => {
    switch (below(6)) {
      case 0:
        return space() + key();
      case 1:
        return `${space()}!${space()}${key()}`;
      case 2:
        return `${space()}${key()} ${pick(["in", "notin"])}${space()}(${list().join(",")})`;
      case 3:
        return `${space()}${key()}${space()}${pick([">", "<"])}${space()}${value()}`;
      default:
        return `${space()}${key()}${space()}${pick(["=", "==", "!="])}${space()}${value()}`;
    }
  };
  let text = Array.from({ length: 1 + below(3) }, () => condition() + space()).join(",");
  for (let changes = below(3) === 0 ? 1 + below(2) : 0; changes > 0; changes--) {
    const at = below(text.length + 1);
    text = text.slice(0, at) + (below(2) === 0 ? pick(PIECES) : "") + text.slice(at + below(2));
  }
  return text;
}
