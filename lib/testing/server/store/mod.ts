/**
 * The store: objects by resource, with one revision counter and a history; and the registry of resources.
 *
 * @module
 */

export { type Admission, generateName, LONGEST_PREFIX, newUid, type ServerContext, timestamp } from "./context.ts";
export { formatContinue, parseContinue } from "./continue_token.ts";
export {
  apiVersionOf,
  type Conversion,
  type FieldPath,
  type Resource,
  ResourceRegistry,
  type ScalePaths,
  type Strategy,
} from "./resource.ts";
export { Store } from "./store.ts";
export { Table, type TableChange } from "./table.ts";
export { type Column, columnsOf, PLAIN_COLUMNS } from "./table_columns.ts";
