/**
 * Decodes the bytes of lists and watches, as they arrive, into objects, events and errors.
 *
 * @module
 */

export { unlessAborted, WatchConnection } from "./connection.ts";
export { endsList, type WatchChunk, WatchDecoder, type WatchLine } from "./decode.ts";
export { type PageEnd, type PagePart, PageReader, readListPage } from "./list_page.ts";
export { ListScanner } from "./list_scanner.ts";
export { type PageRequest, PagesAhead } from "./pages_ahead.ts";
export { SilenceGuard } from "./silence.ts";
