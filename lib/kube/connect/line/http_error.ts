/** The error that an answer of failure stands for, in the form that the client's contract gives it. */

import { ApiError, type ApiStatus, parseAnswer, UnexpectedAnswerError } from "../../answer/mod.ts";

/**
 * The error for an answer that says no.
 *
 * @param httpCode The code on the wire.
 * @param body What came with it.
 * @returns An error with the HTTP status as `httpCode` and the API server's `Status`, or what stands for it, as `status`.
 */
export function httpError(httpCode: number, body: Uint8Array): Error {
  const status = statusOf(httpCode, body);
  const { code = httpCode, reason = "", message = "" } = status;
  const words = [`Kubernetes returned HTTP ${code}`, reason].join(" ").trimEnd();
  return Object.assign(new Error(message === "" ? words : `${words}: ${message}`), {
    httpCode,
    // Whole, as the contract has it: whoever reads it need not know who made it.
    status: { kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure", ...status },
  });
}

/**
 * Whether what came with a failure is words for people, which the contract takes for an answer. What has none, or could be
 * taken for an object, is not.
 */
export function isWords(body: Uint8Array): boolean {
  const text = new TextDecoder().decode(body).trimStart();
  return text !== "" && !/^[[{]/.test(text);
}

/** The code on the wire counts, whatever the body says. */
function statusOf(code: number, body: Uint8Array): ApiStatus & { readonly status?: "Failure" } {
  if (body.length === 0) return { code, message: "(an empty answer)" };
  try {
    parseAnswer(body);
    // JSON of somebody between, whose words may be anything.
    return { code, message: `(JSON that is no Status, of ${body.length} bytes)` };
  } catch (error) {
    if (error instanceof ApiError) return { status: "Failure", ...error.status, code };
    if (error instanceof UnexpectedAnswerError) return { code, message: error.answer };
    throw error;
  }
}
