/**
 * Values of the API server: JSON, quantities, times, patterns and names; and the `Status` of a refusal. Pure.
 *
 * @module
 */

export { base64Problem, decodeBase64Url, encodeBase64, encodeBase64Url } from "./base64.ts";
export { DecodingError } from "./decoding_error.ts";
export { depthProblem } from "./depth.ts";
export { duplicateFields } from "./duplicate_fields.ts";
export { goPatternProblem, goRegExp } from "./go_regexp.ts";
export { goText, goTypeOf } from "./go_text.ts";
export { canonicalMicroTime, canonicalTime } from "./go_time.ts";
export {
  arrayOf,
  copyOf,
  DEEPEST,
  type Fields,
  fieldsOf,
  isFields,
  isNumber,
  isSame,
  jsonText,
  own,
  parseJson,
  put,
  textOf,
  valueAt,
} from "./json.ts";
export { valuesAt } from "./json_path.ts";
export {
  annotationErrors,
  finalizerErrors,
  labelErrors,
  nameErrors,
  type NameRules,
  ownerErrors,
  qualifiedNameProblem,
  qualifiedNameProblems,
} from "./names.ts";
export { type ManagedFieldsEntry, placeOf, placeOfObject, type ServerMeta, type ServerObject } from "./object.ts";
export { canonicalQuantity, quantityInMillis } from "./quantity.ts";
export {
  alreadyExists,
  badRequest,
  conflict,
  expired,
  type FieldError,
  forbidden,
  forbiddenField,
  invalid,
  invalidValue,
  methodNotAllowed,
  modified,
  noSuchResource,
  notFound,
  notSupported,
  preconditionFailed,
  required,
  resourceVersionTooLarge,
  shown,
  type Status,
  type StatusCause,
  type StatusDetails,
  StatusError,
  tooLong,
  unsupportedMediaType,
} from "./status.ts";
