/** Assertions on what is thrown. */

import { AssertionError, failWith } from "./assertion_error.ts";

// deno-lint-ignore no-explicit-any -- as in the package: the arguments of a constructor are contravariant
type ErrorConstructor<E extends Error> = abstract new (...args: any[]) => E;

/** Asserts that `fn` throws, and returns what it threw. */
export function assertThrows(fn: () => unknown, msg?: string): unknown;
/** Asserts that `fn` throws an error of the class, whose message includes the text, and returns it. */
export function assertThrows<E extends Error = Error>(
  fn: () => unknown,
  ErrorClass: ErrorConstructor<E>,
  msgIncludes?: string,
  msg?: string,
): E;
export function assertThrows<E extends Error>(
  fn: () => unknown,
  classOrMsg?: ErrorConstructor<E> | string,
  msgIncludes?: string,
  msg?: string,
): unknown {
  try {
    fn();
  } catch (error) {
    return check(error, classOrMsg, msgIncludes, msg);
  }
  failWith("Expected function to throw", typeof classOrMsg === "string" ? classOrMsg : msg);
}

/** Asserts that the promise rejects, and resolves to what it rejected with. */
export function assertRejects(fn: () => PromiseLike<unknown>, msg?: string): Promise<unknown>;
/** Asserts that the promise rejects with an error of the class, whose message includes the text, and resolves to it. */
export function assertRejects<E extends Error = Error>(
  fn: () => PromiseLike<unknown>,
  ErrorClass: ErrorConstructor<E>,
  msgIncludes?: string,
  msg?: string,
): Promise<E>;
export async function assertRejects<E extends Error>(
  fn: () => PromiseLike<unknown>,
  classOrMsg?: ErrorConstructor<E> | string,
  msgIncludes?: string,
  msg?: string,
): Promise<unknown> {
  const promise = call(fn, typeof classOrMsg === "string" ? classOrMsg : msg);
  try {
    await promise;
  } catch (error) {
    return check(error, classOrMsg, msgIncludes, msg);
  }
  failWith("Expected function to reject", typeof classOrMsg === "string" ? classOrMsg : msg);
}

function call(fn: () => PromiseLike<unknown>, msg: string | undefined): PromiseLike<unknown> {
  try {
    const promise = fn();
    if (typeof promise?.then === "function") return promise;
  } catch {
    // Same failure as below: a throw is not a rejection.
  }
  failWith("Function throws when expected to reject", msg);
}

function check<E extends Error>(
  error: unknown,
  classOrMsg: ErrorConstructor<E> | string | undefined,
  msgIncludes: string | undefined,
  msg: string | undefined,
): unknown {
  if (classOrMsg === undefined || typeof classOrMsg === "string") return error;
  if (!(error instanceof Error)) failWith("A non-Error object was thrown", msg);
  if (!(error instanceof classOrMsg)) {
    const headline = `Expected error to be instance of "${classOrMsg.name}", but was "${error.constructor.name}"`;
    throw new AssertionError(`${headline}${msg ? `: ${msg}` : "."}`, { cause: error });
  }
  if (msgIncludes && !error.message.includes(msgIncludes)) {
    failWith(
      `Expected error message to include ${JSON.stringify(msgIncludes)}, but got ${JSON.stringify(error.message)}`,
      msg,
    );
  }
  return error;
}
