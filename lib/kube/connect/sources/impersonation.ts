/** Who the user of a kubeconfig speaks for, as the headers that say so. */

import type { Field } from "./field.ts";
import type { Header } from "../found/mod.ts";

/** Visible, and blanks between: anything else ends a header, is taken off it, or arrives as something else. */
const VALUE = /^[!-~](?:[ -~]*[!-~])?$/;

/** What stands for itself in the name of a header, besides the percent sign. */
const LEGAL = /[^!#$&'*+\-.^_`|~0-9a-z]/gu;

const encoder = new TextEncoder();

/**
 * Reads the parts of a user's entry that are about another user.
 *
 * @returns The headers, one for each value, as an API server does not part values at commas; none when the user speaks for
 * itself.
 * @throws {ConnectError} If a part is malformed, no header can carry it, or a user is missing.
 */
export function readImpersonation(field: Field): Header[] {
  const user = valuesOf("impersonate-user", whereSaid(field.at("as")));
  const rest = [
    ...valuesOf("impersonate-uid", whereSaid(field.at("as-uid"))),
    ...valuesOf("impersonate-group", field.at("as-groups").items()),
    ...extraOf(field.at("as-user-extra")),
  ];
  if (user.length === 0 && rest.length > 0) {
    field.fail("has as-uid, as-groups or as-user-extra without as: name the user whose they are");
  }
  return [...user, ...rest];
}

function extraOf(field: Field): Header[] {
  if (field.value === undefined || field.value === null) return [];
  if (!field.isMapping) field.fail("is no mapping");
  return Object.keys(field.value as object).flatMap((key) => {
    if (key === "") field.fail("has a key that is empty");
    return valuesOf(`impersonate-extra-${escapedKey(key)}`, field.at(key).items());
  });
}

/** The field, unless it is empty. */
function whereSaid(field: Field): Field[] {
  return field.text() === undefined ? [] : [field];
}

/** What a field says is not shown, as a secret may stand in the wrong place. */
function valuesOf(name: string, fields: readonly Field[]): Header[] {
  return fields.map((field) => {
    const value = field.requiredText();
    if (!VALUE.test(value)) {
      field.fail(
        "holds what no header can carry: only visible characters of ASCII can be sent, and blanks between them",
      );
    }
    return [name, value] as const;
  });
}

/** As client-go writes a key, and an API server reads it: in lower case, and what no name of a header can hold by its bytes. */
function escapedKey(key: string): string {
  return key.toLowerCase().replace(
    LEGAL,
    (character) => Array.from(encoder.encode(character), (byte) => `%${byte.toString(16).padStart(2, "0")}`).join(""),
  );
}
