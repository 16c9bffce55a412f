/** The user that a kubeconfig's user impersonates, as request headers. */

import type { Field } from "./field.ts";
import type { Header } from "../found/mod.ts";

/** Visible characters, with spaces between: anything else would end the header, be trimmed, or arrive changed. */
const VALUE = /^[!-~](?:[ -~]*[!-~])?$/;

/** The characters that need no escape in a header name, except the percent sign. */
const LEGAL = /[^!#$&'*+\-.^_`|~0-9a-z]/gu;

const encoder = new TextEncoder();

/**
 * Reads the impersonation fields of a user's entry.
 *
 * @returns The headers, one for each value, because an API server does not split values at commas; none without
 * impersonation.
 * @throws {ConnectError} If a field is malformed, cannot be sent in a header, or the user is missing.
 */
export function readImpersonation(field: Field): Header[] {
  const user = valuesOf("impersonate-user", whereSaid(field.at("as")));
  const rest = [
    ...valuesOf("impersonate-uid", whereSaid(field.at("as-uid"))),
    ...valuesOf("impersonate-group", field.at("as-groups").items()),
    ...extraOf(field.at("as-user-extra")),
  ];
  if (user.length === 0 && rest.length > 0) {
    field.fail("has as-uid, as-groups or as-user-extra without as: name the user that they belong to");
  }
  return [...user, ...rest];
}

function extraOf(field: Field): Header[] {
  if (field.value === undefined || field.value === null) return [];
  if (!field.isMapping) field.fail("is not a mapping");
  return Object.keys(field.value as object).flatMap((key) => {
    if (key === "") field.fail("has an empty key");
    return valuesOf(`impersonate-extra-${escapedKey(key)}`, field.at(key).items());
  });
}

/** The field, unless it is empty. */
function whereSaid(field: Field): Field[] {
  return field.text() === undefined ? [] : [field];
}

/** Errors do not show the values: a secret may be in the wrong place. */
function valuesOf(name: string, fields: readonly Field[]): Header[] {
  return fields.map((field) => {
    const value = field.requiredText();
    if (!VALUE.test(value)) {
      field.fail(
        "contains characters that an HTTP header cannot hold: use visible ASCII characters, and spaces only between them",
      );
    }
    return [name, value] as const;
  });
}

/**
 * Escapes a key as client-go does and an API server expects: lower case, and percent encoding for what a header name
 * cannot hold.
 */
function escapedKey(key: string): string {
  return key.toLowerCase().replace(
    LEGAL,
    (character) => Array.from(encoder.encode(character), (byte) => `%${byte.toString(16).padStart(2, "0")}`).join(""),
  );
}
