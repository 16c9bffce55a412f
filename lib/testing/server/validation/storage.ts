/** Validates storage claims and storage classes. */

import {
  arrayOf,
  type FieldError,
  type Fields,
  fieldsOf,
  forbiddenField,
  invalidValue,
  isSame,
  notSupported,
  qualifiedNameProblem,
  quantityInMillis,
  required,
  type ServerObject,
} from "../values/mod.ts";
import { named, oneOf, selectorErrors } from "./checks.ts";

const MODES = ["ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"];

/** What is wrong with the spec of a claim. */
export function claimSpecErrors(spec: Fields, path: string): FieldError[] {
  const modes = arrayOf(spec.accessModes);
  const errors = modes.length === 0 ? [required(`${path}.accessModes`, "at least 1 access mode is required")] : [];
  for (const mode of modes) {
    if (!MODES.includes(String(mode))) errors.push(notSupported(`${path}.accessModes`, mode, MODES));
  }
  if (modes.length > 1 && modes.includes("ReadWriteOncePod")) {
    errors.push(forbiddenField(`${path}.accessModes`, "may not use ReadWriteOncePod with other access modes"));
  }
  const storage = fieldsOf(fieldsOf(spec.resources).requests).storage;
  const field = `${path}.resources[storage]`;
  if (storage === undefined) errors.push(required(field));
  else if (quantityInMillis(storage) <= 0n) errors.push(invalidValue(field, storage, "must be greater than zero"));
  return [
    ...errors,
    ...selectorErrors(spec.selector, `${path}.selector`),
    ...named(spec, "storageClassName", path, "subdomain"),
    ...oneOf(spec, "volumeMode", path, ["Block", "Filesystem"]),
  ];
}

/** What is wrong with a claim. */
export function persistentVolumeClaim(object: ServerObject, old: ServerObject | undefined): FieldError[] {
  const spec = fieldsOf(object.spec);
  const errors = claimSpecErrors(spec, "spec");
  if (!old) return errors;
  const fixed = ({ resources: _resources, volumeName: _volume, volumeAttributesClassName: _class, ...rest }: Fields) =>
    rest;
  if (isSame(fixed(spec), fixed(fieldsOf(old.spec)))) return errors;
  const why =
    "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims";
  return [...errors, forbiddenField("spec", why)];
}

/** What is wrong with a class. */
export function storageClass(object: ServerObject, old: ServerObject | undefined): FieldError[] {
  const { provisioner } = object;
  const problem = provisioner ? qualifiedNameProblem(String(provisioner).toLowerCase()) : undefined;
  const errors = provisioner ? [] : [required("provisioner")];
  if (problem) errors.push(invalidValue("provisioner", String(provisioner).toLowerCase(), problem));
  errors.push(
    ...oneOf(object, "reclaimPolicy", "", ["Delete", "Retain"]),
    ...oneOf(object, "volumeBindingMode", "", ["Immediate", "WaitForFirstConsumer"]),
  );
  if (!old) return errors;
  const fixed = ["parameters", "provisioner", "reclaimPolicy"].filter((name) => !isSame(object[name], old[name]));
  return [...errors, ...fixed.map((name) => forbiddenField(name, `updates to ${name} are forbidden.`))];
}
