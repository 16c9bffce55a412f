/** What Node's parser, llhttp, makes of answers. */

import common from "node:_http_common";

/** An answer as Node understands it. */
export interface NodeAnswer {
  readonly status: number;
  body: string;
  isWhole: boolean;
}

interface Parser {
  initialize(type: number, resource: object, maxHeaderSize: number, lenient: number): void;
  execute(bytes: Uint8Array): number | Error & { readonly code: string; readonly reason: string };
  finish(): unknown;
  [callback: number]: (...args: never[]) => unknown;
}

interface ParserClass {
  new (): Parser;
  readonly RESPONSE: number;
  readonly kOnHeaders: number;
  readonly kOnHeadersComplete: number;
  readonly kOnBody: number;
  readonly kOnMessageComplete: number;
}

const { HTTPParser } = common as unknown as { HTTPParser: ParserClass | undefined };

/** Whether there is one: Deno has it since it speaks HTTP as Node does. */
export const hasNodeParser = typeof HTTPParser?.prototype.execute === "function" && isNodes(HTTPParser);

function isNodes(parser: ParserClass): boolean {
  try {
    const { answers, error } = parsed(
      parser,
      new TextEncoder().encode("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi"),
      false,
    );
    return error === undefined && answers[0]?.body === "hi" && answers[0].isWhole;
  } catch {
    return false;
  }
}

/** The answers in these bytes, after which the connection ends, without interim ones, and why there are no more. */
export function nodeAnswers(bytes: Uint8Array, isHead: boolean): { answers: NodeAnswer[]; error: string | undefined } {
  return parsed(HTTPParser!, bytes, isHead);
}

function parsed(Class: ParserClass, bytes: Uint8Array, isHead: boolean) {
  const parser = new Class();
  // As large a head as is read here; and strict.
  parser.initialize(Class.RESPONSE, {}, 65_536, 0);
  const answers: NodeAnswer[] = [];
  parser[Class.kOnHeaders] = () => {};
  parser[Class.kOnHeadersComplete] = ((...args: unknown[]) => {
    const status = args[5] as number;
    answers.push({ status, body: "", isWhole: false });
    return isHead && status >= 200 ? 1 : 0;
  }) as (...args: never[]) => unknown;
  parser[Class.kOnBody] = ((piece: Uint8Array) => {
    const answer = answers.at(-1)!;
    for (let at = 0; at < piece.length; at += 8_192) {
      answer.body += String.fromCharCode(...piece.subarray(at, at + 8_192));
    }
  }) as (...args: never[]) => unknown;
  parser[Class.kOnMessageComplete] = () => void (answers.at(-1)!.isWhole = true);
  const result = parser.execute(bytes);
  const end = result instanceof Error ? result : parser.finish();
  const error = end instanceof Error ? String((end as { reason?: string }).reason ?? end.message) : undefined;
  return { answers: answers.filter(({ status }) => status >= 200), error };
}
