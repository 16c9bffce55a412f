/** The error that an answer of failure in JSON stands for, in the form that the client's contract gives it. */

import { parseAnswer } from "../answer.ts";
import { ApiError, type ApiStatus, UnexpectedAnswerError } from "../errors.ts";

/**
 * Reads an answer that says no.
 *
 * @returns An error with the HTTP status as `httpCode` and the API server's `Status`, or what stands for it, as `status`.
 */
export async function httpError(response: Response): Promise<Error> {
  const status = statusOf(response.status, new Uint8Array(await response.arrayBuffer()));
  const { code = response.status, reason = "", message = "" } = status;
  const words = [`Kubernetes returned HTTP ${code}`, reason].join(" ").trimEnd();
  return Object.assign(new Error(message === "" ? words : `${words}: ${message}`), {
    httpCode: response.status,
    // Whole, as the contract has it: whoever reads it need not know who made it.
    status: { kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure", ...status },
  });
}

/** The code on the wire counts, whatever the body says. */
function statusOf(code: number, body: Uint8Array): ApiStatus {
  if (body.length === 0) return { code, message: "(an empty answer)" };
  try {
    parseAnswer(body);
    // JSON of somebody between, whose words may be anything.
    return { code, message: `(JSON that is no Status, of ${body.length} bytes)` };
  } catch (error) {
    if (error instanceof ApiError) return { ...error.status, code };
    if (error instanceof UnexpectedAnswerError) return { code, message: error.answer };
    throw error;
  }
}
