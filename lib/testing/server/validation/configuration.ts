/** Validates ConfigMaps and Secrets. */

import {
  type FieldError,
  type Fields,
  fieldsOf,
  forbiddenField,
  invalidValue,
  isSame,
  required,
  type ServerObject,
  tooLong,
} from "../values/mod.ts";

/** The most bytes of all values together. */
const MOST_BYTES = 1024 * 1024;

const KEY_WORDS = "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or " +
  "'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')";

/** Data marked as immutable must not change. */
function immutableData(object: ServerObject, old: ServerObject | undefined): FieldError[] {
  if (old?.immutable !== true) return [];
  const why = "field is immutable when `immutable` is set";
  const errors: FieldError[] = [];
  if (object.immutable !== true) errors.push(forbiddenField("immutable", why));
  for (const name of ["data", "binaryData"]) {
    if (!isSame(object[name], old[name])) errors.push(forbiddenField(name, why));
  }
  return errors;
}

function keyErrors(data: Fields, field: string): FieldError[] {
  return Object.keys(data).flatMap((key) => {
    const at = `${field}[${key}]`;
    if (key.length > 253) return [invalidValue(at, key, "must be no more than 253 characters")];
    if (!/^[-._a-zA-Z0-9]+$/.test(key)) return [invalidValue(at, key, KEY_WORDS)];
    if (key === "." || key === "..") return [invalidValue(at, key, `must not be '${key}'`)];
    return key.startsWith("..") ? [invalidValue(at, key, "must not start with '..'")] : [];
  });
}

function sizeErrors(size: number, field: string): FieldError[] {
  return size > MOST_BYTES ? [tooLong(field, MOST_BYTES)] : [];
}

function textBytes(data: Fields): number {
  return Object.values(data).reduce<number>((sum, text) => sum + new TextEncoder().encode(String(text)).length, 0);
}

function base64Bytes(data: Fields): number {
  return Object.values(data).reduce<number>((sum, text) => sum + String(text).replace(/=+$/, "").length * 3 / 4, 0);
}

/** What is wrong with a ConfigMap. */
export function configMap(object: ServerObject, old: ServerObject | undefined): FieldError[] {
  const [data, binary] = [fieldsOf(object.data), fieldsOf(object.binaryData)];
  const twice = Object.keys(data).filter((key) => Object.hasOwn(binary, key));
  return [
    ...keyErrors(data, "data"),
    ...twice.map((key) => invalidValue(`data[${key}]`, key, "duplicate of key present in binaryData")),
    ...keyErrors(binary, "binaryData"),
    ...sizeErrors(textBytes(data) + base64Bytes(binary), "[]"),
    ...immutableData(object, old),
  ];
}

/** The keys that a Secret of a type must have. */
const NEEDED: Readonly<Record<string, readonly string[]>> = {
  "kubernetes.io/tls": ["tls.crt", "tls.key"],
  "kubernetes.io/dockerconfigjson": [".dockerconfigjson"],
  "kubernetes.io/dockercfg": [".dockercfg"],
  "kubernetes.io/ssh-auth": ["ssh-privatekey"],
};

/** What is wrong with a Secret. */
export function secret(object: ServerObject, old: ServerObject | undefined): FieldError[] {
  const data = fieldsOf(object.data);
  const errors = [...keyErrors(data, "data"), ...sizeErrors(base64Bytes(data), "data"), ...typeErrors(object, data)];
  if (old && old.type !== object.type) errors.push(invalidValue("type", object.type, "field is immutable"));
  return [...errors, ...immutableData(object, old)];
}

function typeErrors({ type, metadata }: ServerObject, data: Fields): FieldError[] {
  const name = String(type);
  if (name === "kubernetes.io/basic-auth") {
    const both = ["username", "password"];
    return both.some((key) => Object.hasOwn(data, key)) ? [] : both.map((key) => required(`data[${key}]`));
  }
  if (name === "kubernetes.io/service-account-token") {
    const key = "kubernetes.io/service-account.name";
    return metadata.annotations?.[key] ? [] : [required(`metadata.annotations[${key}]`)];
  }
  const missing = (Object.hasOwn(NEEDED, name) ? NEEDED[name]! : []).filter((key) => !Object.hasOwn(data, key));
  return missing.length > 0 ? missing.map((key) => required(`data[${key}]`)) : jsonErrors(name, data);
}

/** Registry credentials must be JSON. */
function jsonErrors(type: string, data: Fields): FieldError[] {
  const key = { "kubernetes.io/dockerconfigjson": ".dockerconfigjson", "kubernetes.io/dockercfg": ".dockercfg" }[type];
  if (key === undefined) return [];
  const text = new TextDecoder().decode(Uint8Array.from(atob(String(data[key])), (char) => char.charCodeAt(0)));
  try {
    JSON.parse(text);
    return [];
  } catch {
    const [first = ""] = text.trim();
    const why = first === ""
      ? "unexpected end of JSON input"
      : `invalid character '${first}' looking for beginning of value`;
    return [invalidValue(`data[${key}]`, "<secret contents redacted>", why)];
  }
}
