/**
 * An operator as a program: what a user says of it, checked and completed by what its controllers declare.
 *
 * @module
 */

export {
  type AlongsideContext,
  defineOperator,
  type FlagDefinition,
  type FlagDefinitions,
  type FlagValues,
  type Operator,
  type OperatorOptions,
} from "./options.ts";
export { FlagError, type OwnKind, type ResolvedOperator, resolveOperator, type ResolveOptions } from "./resolve.ts";
