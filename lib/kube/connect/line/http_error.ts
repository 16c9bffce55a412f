/** Makes the error for a failed answer, in the form that the client's contract demands. */

import { ApiError, type ApiStatus, parseAnswer, UnexpectedAnswerError } from "../../answer/mod.ts";

/**
 * Makes the error for a failed answer.
 *
 * @param httpCode The code on the wire.
 * @param body The body of the answer.
 * @returns An error with the HTTP status as `httpCode`, and as `status` the API server's `Status` or a substitute for
 * it.
 */
export function httpError(httpCode: number, body: Uint8Array): Error {
  const status = statusOf(httpCode, body);
  const { code = httpCode, reason = "", message = "" } = status;
  const words = [`Kubernetes returned HTTP ${code}`, reason].join(" ").trimEnd();
  return Object.assign(new Error(message === "" ? words : `${words}: ${message}`), {
    httpCode,
    // A complete Status, as the contract demands, so that readers need not know which client made it.
    status: { kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure", ...status },
  });
}

/**
 * Whether the body of a failure is text for people. The contract returns such text as the answer. An empty body, or one
 * that could be taken for an object, is not text.
 */
export function isWords(body: Uint8Array): boolean {
  const text = new TextDecoder().decode(body).trimStart();
  return text !== "" && !/^[[{]/.test(text);
}

/** The code on the wire takes precedence over the body. */
function statusOf(code: number, body: Uint8Array): ApiStatus & { readonly status?: "Failure" } {
  if (body.length === 0) return { code, message: "(an empty answer)" };
  try {
    parseAnswer(body);
    // JSON from a proxy; its contents may be anything, so they are not shown.
    return { code, message: `(JSON that is not a Status, ${body.length} bytes)` };
  } catch (error) {
    if (error instanceof ApiError) return { status: "Failure", ...error.status, code };
    if (error instanceof UnexpectedAnswerError) return { code, message: error.answer };
    throw error;
  }
}
