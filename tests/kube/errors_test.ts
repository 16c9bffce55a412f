import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import {
  ApiError,
  ConnectionError,
  isAlreadyExists,
  isConflict,
  isExpired,
  isKindNotServed,
  isNotFound,
  isNotSent,
  isPatchMismatch,
  isServerTimeout,
  isTooLargeResourceVersion,
  UnexpectedAnswerError,
  withOperation,
} from "../../lib/kube/mod.ts";
import { ODD_NUMBERS } from "../odd_numbers.ts";

Deno.test("the message of an ApiError says verb, object, code, reason and the API server's words", () => {
  const error = new ApiError(
    { code: 403, reason: "Forbidden", message: 'secrets is forbidden: User "x" cannot create' },
    { operation: "create Secret default/foo" },
  );
  assertEquals(
    error.message,
    'Cannot create Secret default/foo as the API server answered 403 Forbidden: secrets is forbidden: User "x" cannot create',
  );
  assertEquals([error.name, error.code, error.reason], ["ApiError", 403, "Forbidden"]);
});

Deno.test("a code without a reason gets the reason that belongs to it", () => {
  assertEquals(new ApiError({ code: 409 }).reason, "Conflict");
  assertEquals(new ApiError({ code: 404 }).message, "The API server answered 404 NotFound");
  assertEquals(new ApiError({}).reason, "Unknown");
});

Deno.test("an ApiError hands out its causes, and the time to wait in milliseconds", () => {
  const causes = [{ field: "spec.n", reason: "FieldValueInvalid" }];
  const error = new ApiError({ code: 422, details: { causes, retryAfterSeconds: 2 } });
  assertEquals([error.causes, error.retryAfter], [causes, 2_000]);
  assertEquals([new ApiError({ code: 500 }).causes, new ApiError({ code: 500 }).retryAfter], [[], undefined]);
});

Deno.test("an object that already exists is not a conflict", () => {
  const exists = new ApiError({ code: 409, reason: "AlreadyExists" });
  const conflict = new ApiError({ code: 409, reason: "Conflict" });
  assertEquals([isAlreadyExists(exists), isConflict(exists)], [true, false]);
  assertEquals([isAlreadyExists(conflict), isConflict(conflict)], [false, true]);
});

Deno.test("a missing kind differs from a missing object", () => {
  const object = new ApiError({ code: 404, details: { name: "foo", kind: "foos" } });
  const kind = new ApiError({ code: 404, message: "404 page not found" });
  assertEquals([isNotFound(object), isKindNotServed(object)], [true, false]);
  assertEquals([isNotFound(kind), isKindNotServed(kind)], [true, true]);
});

Deno.test("an expired version is known by its code or by its reason", () => {
  assert(isExpired(new ApiError({ code: 410, reason: "Gone" })));
  assert(isExpired(new ApiError({ code: 400, reason: "Expired" })));
  assert(!isExpired(new ApiError({ code: 400 })));
});

Deno.test("a version from the future is recognized by its cause or an old server's message, and is not a timeout", () => {
  const now = new ApiError({
    code: 504,
    reason: "Timeout",
    details: { causes: [{ reason: "ResourceVersionTooLarge" }] },
  });
  const old = new ApiError({
    code: 504,
    reason: "Timeout",
    message: "Timeout: Too large resource version: 9, current: 3",
  });
  assert(isTooLargeResourceVersion(now) && isTooLargeResourceVersion(old));
  assert(!isServerTimeout(now) && !isServerTimeout(old));
  assert(isServerTimeout(new ApiError({ code: 504 })));
});

Deno.test("a JSON patch that does not fit differs from an object that breaks a rule", () => {
  assert(isPatchMismatch(new ApiError({ code: 422, reason: "Invalid", details: {} })));
  assert(!isPatchMismatch(new ApiError({ code: 422, reason: "Invalid", details: { name: "a" } })));
});

Deno.test("the predicates take anything", () => {
  for (const thrown of [undefined, null, "404", { code: 404 }, new Error("404")]) {
    assertEquals([isNotFound(thrown), isConflict(thrown), isNotSent(thrown)], [false, false, false]);
  }
});

Deno.test("only a connection that broke leaves open whether the request was carried out", () => {
  const sent = (failure: "unreachable" | "untrusted" | "broken") => new ConnectionError("x", { failure }).sent;
  assertEquals([sent("unreachable"), sent("untrusted"), sent("broken")], ["no", "no", "unknown"]);
});

Deno.test("an error with an added operation keeps everything else, including its cause", () => {
  const cause = new Error("why");
  const api = withOperation(new ApiError({ code: 404, message: "m" }, { cause }), "get Foo a") as ApiError;
  assertEquals(
    [api.message, api.code, api.cause, api.operation],
    ["Cannot get Foo a as the API server answered 404 NotFound: m", 404, cause, "get Foo a"],
  );
  const connection = withOperation(new ConnectionError("it broke", { failure: "broken", cause }), "get Foo a");
  assertEquals((connection as ConnectionError).message, "Cannot get Foo a as it broke");
  const unexpected = withOperation(new UnexpectedAnswerError("<html>"), "get Foo a");
  assert(
    unexpected instanceof UnexpectedAnswerError &&
      unexpected.message.startsWith("Cannot get Foo a as the answer did not"),
  );
  assertStrictEquals(withOperation(cause, "get Foo a"), cause);
});

for (const [name, value] of ODD_NUMBERS) {
  Deno.test(`${name} is nothing that an API server can ask for, or is five minutes at the most`, () => {
    const { retryAfter, code } = new ApiError({
      code: value as number,
      details: { retryAfterSeconds: value as number },
    });
    const isTooMuch = typeof value === "number" && value > 300;
    assertEquals(retryAfter, isTooMuch ? 300_000 : undefined);
    assertEquals(Number.isInteger(code), true);
  });
}

Deno.test("what an API server asks for is kept up to five minutes, in milliseconds", () => {
  const asked = (retryAfterSeconds: number) => new ApiError({ code: 429, details: { retryAfterSeconds } }).retryAfter;
  assertEquals([0, -0, 0.5, 1, 60, 300, 301, 3_600].map(asked), [
    undefined,
    undefined,
    500,
    1_000,
    60_000,
    300_000,
    300_000,
    300_000,
  ]);
  for (const details of [null, "soon", [], 5]) {
    assertEquals(new ApiError({ code: 429, details: details as never }).retryAfter, undefined);
  }
});

Deno.test("a refusal for lack of a right names the account, the verb, the kind, the place and the missing rule", () => {
  const said = (message: string) => new ApiError({ code: 403, reason: "Forbidden", message }).message;
  const user = 'User "system:serviceaccount:shop:operator" cannot';
  assertEquals(
    said(
      `foos.example.dev "a" is forbidden: ${user} patch resource "foos/status" in API group "example.dev" in the namespace "shop"`,
    ),
    "The API server answered 403 Forbidden: the account system:serviceaccount:shop:operator lacks the right to patch " +
      "status of foos.example.dev in namespace shop. Give it a Role with the rule " +
      '{"apiGroups":["example.dev"],"resources":["foos/status"],"verbs":["patch"]}; ' +
      "the operator's command manifests prints all the rules that it needs",
  );
  assertEquals(
    said(`nodes is forbidden: ${user} list resource "nodes" in API group "" at the cluster scope`),
    "The API server answered 403 Forbidden: the account system:serviceaccount:shop:operator lacks the right to list " +
      'nodes in the whole cluster. Give it a ClusterRole with the rule {"apiGroups":[""],"resources":["nodes"],' +
      '"verbs":["list"]}; the operator\'s command manifests prints all the rules that it needs',
  );
  const other = 'forbidden: User "x" cannot get path "/version"';
  assertEquals(said(other), `The API server answered 403 Forbidden: ${other}`);
  assertEquals(
    said("cannot set an ownerRef on a resource you can't delete: , <nil>").endsWith(
      'add "delete" to the verbs of its kind in "owns"',
    ),
    true,
  );
  const error = new ApiError({ code: 403, message: `${user} get resource "a" in API group ""` });
  assertEquals(error.status.message, `${user} get resource "a" in API group ""`);
});
