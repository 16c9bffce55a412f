/**
 * Triggers and predicates: map a change of an object to the keys that must be run. Pure.
 *
 * @module
 */

export {
  allOf,
  annotationsChanged,
  anyOf,
  deletionRequested,
  generationChanged,
  labelsChanged,
  not,
  type ObjectChange,
  type Predicate,
} from "./predicates.ts";
export {
  describeChange,
  mapTrigger,
  type OwnerFinder,
  ownerTrigger,
  selfTrigger,
  type Trigger,
  TriggerError,
} from "./triggers.ts";
