/**
 * Reads requests, and renders objects as the text of answers.
 *
 * @module
 */

export { type Answer, type AnswerHead, jsonAnswer, PAGE_NOT_FOUND } from "./answer.ts";
export { cannotBeHandled, decodeObject, decodePatched, mediaType, typedObject } from "./decoding.ts";
export { type DeleteOptions, deleteOptionsOf, PLAIN_DELETE } from "./delete_options.ts";
export { answerDiscovery } from "./discovery.ts";
export { checkListOptions, integerOf, revisionOf, revisionProblem } from "./list_options.ts";
export { keepMetadata, metadataErrors, metadataUpdateErrors } from "./metadata.ts";
export { renderList, renderObject, renderTable, type Shape, shapeOf } from "./rendering.ts";
export { findResource, isBelowBuiltin, parsePath, type Requester, type ResourceRequest, verbOf } from "./request.ts";
export { hasSelector, type Selection, selectionOf } from "./selection.ts";
export { type WriteOptions, writeOptionsOf } from "./write_options.ts";
